/** The versions of a data set, for every component that asks. */

import { useQuery } from "@tanstack/react-query";
import { getRegistry } from "./api";

export const useRegistry = (dataset: string) =>
  useQuery({ queryKey: ["registry", dataset], queryFn: () => getRegistry(dataset) });
