import "@mantine/core/styles.css";
import "./theme/tokens.css";
import "./states/states.css";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createBrowserRouter, RouterProvider } from "react-router";
import { isWorthRetrying, setUnauthorizedHandler } from "./api/client";
import { BASE_PATH } from "./app/basePath";
import { LanguageLoader } from "./app/LanguageLoader";
import { loginAddress } from "./app/loginAddress";
import { routes } from "./app/routes";
import { colorSchemeManager } from "./theme/colorScheme";
import { theme } from "./theme/theme";

const client = new QueryClient({
  defaultOptions: { queries: { retry: isWorthRetrying, staleTime: 15_000, refetchOnWindowFocus: false } },
});
const router = createBrowserRouter(routes, { basename: BASE_PATH || "/" });

setUnauthorizedHandler(() => {
  const { pathname, search, hash } = router.state.location;
  const here = pathname.slice(BASE_PATH.length) || "/";
  if (here === "/login") return;
  client.clear();
  void router.navigate(loginAddress({ pathname: here, search, hash }), { replace: true });
});

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} colorSchemeManager={colorSchemeManager} defaultColorScheme="auto">
        <QueryClientProvider client={client}>
          <LanguageLoader>
            <RouterProvider router={router} />
          </LanguageLoader>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
