import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from "@tanstack/react-router";
import { onceThere } from "../api/onceThere";
import { PageError } from "../components/PageError";
import { Waiting } from "../components/Waiting";
import { shownIn } from "../flows/shown";
import { filterIn } from "../history/filter";
import { placeIn } from "../history/painted";
import { NotFound } from "./NotFound";
import { Shell } from "./Shell";
import { SignIn } from "./SignIn";

/** A page whose code is loaded when somebody goes there. */
function page<T extends Record<string, unknown>, K extends keyof T & string>(
  load: () => Promise<T>,
  name: K,
) {
  return lazyRouteComponent<T, K>(() => onceThere(load), name);
}

export interface RouterContext {
  queries: QueryClient;
}

const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  notFoundComponent: NotFound,
});

const signInRoute = createRoute({ getParentRoute: () => rootRoute, path: "/sign-in", component: SignIn });

/** Every page for people who are signed in lies in the shell. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "shell",
  component: Shell,
  errorComponent: PageError,
});

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/",
  component: page(() => import("../home/HomePage"), "HomePage"),
});

const flowsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/flows",
  validateSearch: shownIn,
  component: page(() => import("../flows/FlowsPage"), "FlowsPage"),
});

const flowMapRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/flow-map",
  component: page(() => import("../flows/FlowMapPage"), "FlowMapPage"),
});

const designerRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/flows/$flowId",
  validateSearch: (search: Record<string, unknown>): { card?: string } =>
    typeof search.card === "string" ? { card: search.card } : {},
  component: page(() => import("../designer/DesignerPage"), "DesignerPage"),
});

const historyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/history",
  validateSearch: filterIn,
  component: page(() => import("../history/HistoryPage"), "HistoryPage"),
});

const runRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/history/$runId",
  validateSearch: placeIn,
  component: page(() => import("../history/RunPage"), "RunPage"),
});

const compareRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/history/$runId/compare/$otherId",
  component: page(() => import("../history/ComparePage"), "ComparePage"),
});

const inboxRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/inbox",
  component: page(() => import("../inbox/InboxPage"), "InboxPage"),
});

const tablesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/tables",
  validateSearch: (search: Record<string, unknown>): { make?: "table" } =>
    search.make === "table" ? { make: "table" } : {},
  component: page(() => import("../tables/TablesPage"), "TablesPage"),
});

const tableRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/tables/$tableId",
  component: page(() => import("../tables/TablePage"), "TablePage"),
});

const connectionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/connections",
  validateSearch: (search: Record<string, unknown>): { make?: "connection" } =>
    search.make === "connection" ? { make: "connection" } : {},
  component: page(() => import("../connections/ConnectionsPage"), "ConnectionsPage"),
});

const connectorsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/connectors",
  component: page(() => import("../connectors/ConnectorsPage"), "ConnectorsPage"),
});

const newConnectorRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/new-connector",
  component: page(() => import("../connectors/NewConnectorPage"), "NewConnectorPage"),
});

const connectorRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/connectors/$name",
  validateSearch: (search: Record<string, unknown>): { find?: string } =>
    search.find === undefined ? {} : { find: String(search.find) },
  component: page(() => import("../connectors/ConnectorPage"), "ConnectorPage"),
});

const editConnectorRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/connectors/$name/edit",
  component: page(() => import("../connectors/EditConnectorPage"), "EditConnectorPage"),
});

/** Which tab of a page is chosen; none is the first. */
const tabIn = (search: Record<string, unknown>): { tab?: string } =>
  typeof search.tab === "string" ? { tab: search.tab } : {};

const eventsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/events",
  validateSearch: tabIn,
  component: page(() => import("../events/EventsPage"), "EventsPage"),
});

const sandboxRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/sandbox",
  validateSearch: tabIn,
  component: page(() => import("../sandbox/SandboxPage"), "SandboxPage"),
});

const templatesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/templates",
  component: page(() => import("../templates/TemplatesPage"), "TemplatesPage"),
});

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings",
  component: page(() => import("../settings/SettingsPage"), "SettingsPage"),
});

/** What leads nowhere still has the rail around it. */
const nowhereRoute = createRoute({ getParentRoute: () => shellRoute, path: "$", component: NotFound });

const tree = rootRoute.addChildren([
  signInRoute,
  shellRoute.addChildren([
    homeRoute,
    flowsRoute,
    flowMapRoute,
    designerRoute,
    historyRoute,
    runRoute,
    compareRoute,
    inboxRoute,
    tablesRoute,
    tableRoute,
    connectionsRoute,
    connectorsRoute,
    newConnectorRoute,
    connectorRoute,
    editConnectorRoute,
    eventsRoute,
    sandboxRoute,
    templatesRoute,
    settingsRoute,
    nowhereRoute,
  ]),
]);

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: "intent",
    defaultErrorComponent: PageError,
    defaultNotFoundComponent: NotFound,
    // in place of a page whose code is on its way; what is here soon comes without a word in between
    defaultPendingComponent: () => <Waiting />,
    defaultPendingMs: 300,
    defaultPendingMinMs: 0,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
