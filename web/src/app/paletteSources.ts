import { api, data } from "../api/client";
import { text } from "../text";

/** Something that the palette can lead to. */
export interface Hit {
  group: string;
  title: string;
  about?: string;
  href: string;
}

/** Looks for something by what was typed. A room that has things to find adds its own. */
export type PaletteSource = (wanted: string) => Promise<Hit[]>;

const flows: PaletteSource = async (wanted) => {
  const page = await data(api.GET("/api/v1/flows", { params: { query: { search: wanted, limit: 8 } } }));
  return page.rows.map((flow) => ({
    group: text.shell.palette.flows,
    title: flow.name,
    about: flow.found || flow.id,
    href: `/flows/${encodeURIComponent(flow.id)}`,
  }));
};

/** Flows that were never published. */
const drafts: PaletteSource = async (wanted) => {
  const page = await data(api.GET("/api/v1/drafts", { params: { query: { search: wanted, limit: 8 } } }));
  return page.rows
    .filter((draft) => draft.base_version === 0)
    .map((draft) => ({
      group: text.shell.palette.drafts,
      title: draft.name,
      about: draft.found || draft.flow_id,
      href: `/flows/${encodeURIComponent(draft.flow_id)}`,
    }));
};

const tables: PaletteSource = async (wanted) => {
  const page = await data(api.GET("/api/v1/tables", { params: { query: { limit: 200 } } }));
  return page.rows
    .filter((table) => `${table.name} ${table.id}`.toLowerCase().includes(wanted.toLowerCase()))
    .slice(0, 8)
    .map((table) => ({
      group: text.shell.palette.tables,
      title: table.name,
      about: table.about || table.id,
      href: `/tables/${encodeURIComponent(table.id)}`,
    }));
};

const apps: PaletteSource = async (wanted) => {
  const page = await data(api.GET("/api/v1/connectors", { params: { query: { limit: 200 } } }));
  return page.rows
    .filter((one) =>
      [one.title, one.name, ...one.synonyms].join(" ").toLowerCase().includes(wanted.toLowerCase()),
    )
    .slice(0, 5)
    .map((one) => ({
      group: text.shell.palette.connectors,
      title: one.title,
      about: one.about,
      href: `/connectors/${encodeURIComponent(one.name)}`,
    }));
};

const connections: PaletteSource = async (wanted) => {
  const page = await data(api.GET("/api/v1/connections", { params: { query: { limit: 200 } } }));
  return page.rows
    .filter((one) => `${one.name} ${one.id} ${one.connector}`.toLowerCase().includes(wanted.toLowerCase()))
    .slice(0, 5)
    .map((one) => ({
      group: text.shell.palette.connections,
      title: one.name || one.id,
      about: one.connector,
      href: "/connections",
    }));
};

const RUN_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A run, by its id. */
const run: PaletteSource = async (wanted) =>
  RUN_ID.test(wanted)
    ? [
        {
          group: text.shell.palette.runs,
          title: text.shell.palette.run(wanted),
          href: `/history/${wanted.toLowerCase()}`,
        },
      ]
    : [];

/** What is no name of anything may be part of a person's: History looks for it. */
const runs: PaletteSource = async (wanted) => [
  {
    group: text.shell.palette.runs,
    title: text.shell.palette.runsAbout(wanted),
    href: `/history?text=${encodeURIComponent(wanted)}`,
  },
];

export const paletteSources: PaletteSource[] = [run, flows, drafts, tables, connections, apps, runs];
