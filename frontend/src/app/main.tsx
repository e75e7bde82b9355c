import "@/styles/main.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { isUnreachable } from "@/lib/http";
import { followPlayer } from "@/lib/player";
import { followTheme } from "@/lib/settings";
import { router } from "./router";

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // What the client did wrong stays wrong; only a server out of reach is asked again.
      retry: (count, error) => count < 2 && isUnreachable(error),
      staleTime: 10_000,
      refetchOnWindowFocus: false,
    },
  },
});
followTheme();
followPlayer(queryClient);

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
