/** The data sets and the player's choice among them. */

import { useQuery } from "@tanstack/react-query";
import { type DataSet, type Difficulty, listDataSets, type Opponent } from "./api";
import { useSettings } from "./settings";
import { DIFFICULTIES } from "./text";

export const useDataSets = () =>
  useQuery({
    queryKey: ["datasets"],
    queryFn: listDataSets,
    staleTime: 5 * 60_000,
  });

export interface Choice {
  dataset: DataSet;
  difficulty: Difficulty;
  opponent: Opponent;
  rounds: 5 | 10;
}

/** What a click on Play starts: the last choice where it still can be played. */
export function useChoice(datasets: readonly DataSet[] | undefined): Choice | null {
  const { dataset: slug, difficulty: wanted, rounds } = useSettings();
  const playable = datasets?.filter(({ opponents }) =>
    DIFFICULTIES.some((tier) => opponents[tier]),
  );
  const dataset = playable?.find((each) => each.slug === slug) ?? playable?.[0];
  if (!dataset) return null;
  for (const difficulty of [wanted, ...DIFFICULTIES]) {
    const opponent = dataset.opponents[difficulty];
    if (opponent) return { dataset, difficulty, opponent, rounds };
  }
  return null;
}
