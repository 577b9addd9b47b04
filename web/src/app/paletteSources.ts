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
    about: flow.id,
    href: `/flows/${encodeURIComponent(flow.id)}`,
  }));
};

export const paletteSources: PaletteSource[] = [flows];
