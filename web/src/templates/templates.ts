import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";

export type Template = Schemas["TemplateModel"];
export type TakenOver = Schemas["TakenOverModel"];
type Connection = Schemas["ConnectionModel"];

export const templatesQuery = infiniteQueryOptions({
  queryKey: ["templates"],
  queryFn: ({ pageParam, signal }) =>
    data(api.GET("/api/v1/templates", { params: { query: { limit: 50, after: pageParam } }, signal })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next ?? undefined,
});

export function takeOver(template: string, connections: Record<string, string>): Promise<TakenOver> {
  const params = { path: { template_id: template } };
  return data(api.POST("/api/v1/templates/{template_id}/flows", { params, body: { connections } }));
}

/** For each place the connection that was chosen, or the only one that there is. */
export function filled(
  template: Template,
  chosen: Readonly<Record<string, string>>,
  connections: readonly Connection[],
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const slot of template.connections) {
    const mine = connections.filter((connection) => connection.connector === slot.connector);
    const same = mine.find((connection) => connection.id === slot.name);
    const only = mine.length === 1 ? mine[0] : undefined;
    const picked = chosen[slot.name] ?? (same ?? only)?.id;
    if (picked !== undefined && mine.some((connection) => connection.id === picked)) {
      found[slot.name] = picked;
    }
  }
  return found;
}
