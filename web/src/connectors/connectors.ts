import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";
import { ApiError } from "../api/errors";
import { size } from "../components/format";
import { text } from "../text";

export type Detail = Schemas["ConnectorDetailModel"];
export type Action = Schemas["ConnectorAction"];
export type Operation = Schemas["OperationModel"];
export type Offered = Schemas["OperationList"];
export type Wish = Schemas["WishModel"];
export type Checked = Schemas["ConnectorChecked"];

export const EFFECTS = ["read", "ensure", "change", "destroy"] as const;
export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
export const KINDS = ["bearer", "basic", "header", "oauth_client_credentials", "none"] as const;
export const MOST_CHOSEN = 300;
/** What the server takes of a description (server/limits.py). */
const LARGEST_FILE = 40_000_000;

/** A connector with its actions and events. */
export function connectorQuery(name: string) {
  return queryOptions({
    queryKey: ["connectors", "one", name],
    queryFn: ({ signal }) => {
      const params = { path: { connector: name } };
      return data(api.GET("/api/v1/connectors/{connector}", { params, signal }));
    },
  });
}

/** Cards whose title, key or synonyms have a word in them. */
export function cardsQuery(search: string) {
  return queryOptions({
    queryKey: ["cards", "found", search],
    queryFn: async ({ signal }) => {
      const query = { search, limit: 60 };
      const page = await data(api.GET("/api/v1/cards", { params: { query }, signal }));
      return page.rows.filter((card) => card.connector !== null);
    },
    enabled: search.length > 1,
    placeholderData: (before) => before,
  });
}

/** All that a card takes and gives. */
export function cardQuery(key: string) {
  return queryOptions({
    queryKey: ["cards", "one", key],
    queryFn: ({ signal }) => data(api.GET("/api/v1/cards/{key}", { params: { path: { key } }, signal })),
  });
}

const RAW = {
  headers: { "Content-Type": "application/octet-stream" },
  bodySerializer: (body: unknown) => body as Blob,
};

/** What a description offers; the file goes to the server and nowhere else. */
export async function operationsIn(file: File): Promise<Offered> {
  refuseTooLarge(file);
  const params = { query: { file: file.name } };
  return data(api.POST("/api/v1/connectors/openapi", { params, body: file as never, ...RAW }));
}

/** What the server would refuse after all of it was sent. Throws ApiError. */
export function refuseTooLarge({ name, size: bytes }: Pick<File, "name" | "size">): void {
  if (bytes > LARGEST_FILE) {
    const { fileTooLarge, fileTooLargeMend } = text.connectors;
    const what = fileTooLarge(name, size(bytes), size(LARGEST_FILE));
    throw new ApiError(413, [{ code: "too-large", what, mend: fileTooLargeMend }]);
  }
}

/** A manifest to go on with, of some operations of a description. */
export async function fromFile(
  file: File,
  query: { connector: string; title: string; operation: string[] },
): Promise<string> {
  const params = { query: { ...query, file: file.name } };
  const body = file as never;
  return (await data(api.POST("/api/v1/connectors/openapi/manifest", { params, body, ...RAW }))).source;
}

export function check(source: string, signal?: AbortSignal): Promise<Checked> {
  return data(api.POST("/api/v1/connectors/check", { body: { source }, signal }));
}

/** Everything that shows connectors, or cards of them, is asked for again. */
export async function renewed(queries: QueryClient): Promise<void> {
  await queries.invalidateQueries({ queryKey: ["connectors"] });
  await queries.invalidateQueries({ queryKey: ["cards"] });
}

/** Operations that have all the words in them, of a group if one is chosen. */
export function matching(operations: readonly Operation[], words: string, tag: string): Operation[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return operations.filter((one) => {
    const said = `${one.id} ${one.method} ${one.path} ${one.title}`.toLowerCase();
    return (tag === "" || one.tags.includes(tag)) && wanted.every((word) => said.includes(word));
  });
}

/** A name of a connector: small letters, digits and _. */
export function nameOf(words: string): string {
  const made = words
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return /^[a-z]/.test(made) || made === "" ? made : `x_${made}`;
}
