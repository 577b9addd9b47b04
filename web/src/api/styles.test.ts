// @vitest-environment jsdom
import { beforeEach, expect, it } from "vitest";
import { Styles } from "./styles";

let styles: Styles;

function sheet(href: string, rel = "stylesheet"): HTMLLinkElement {
  const link = document.createElement("link");
  link.rel = rel;
  link.setAttribute("href", href);
  document.head.append(link);
  return link;
}

const shown = (href: string) => document.head.querySelector<HTMLLinkElement>(`link[href="${href}"]`);

beforeEach(() => {
  document.head.replaceChildren();
  styles = new Styles(document);
});

it("asks once more for those that did not come, and waits for them", async () => {
  const [good, bad] = [sheet("/good.css"), sheet("/bad.css")];
  bad.dispatchEvent(new Event("error"));
  let mended = false;
  const mending = styles.mend().then(() => {
    mended = true;
  });
  expect(shown("/good.css")).toBe(good);
  expect(shown("/bad.css")).not.toBe(bad);
  await Promise.resolve();
  expect(mended).toBe(false);
  shown("/bad.css")?.dispatchEvent(new Event("load"));
  await mending;
});

it("has each page wait that needs one on its way", async () => {
  sheet("/bad.css").dispatchEvent(new Event("error"));
  const first = styles.mend();
  const asked = shown("/bad.css");
  const second = styles.mend();
  expect(shown("/bad.css")).toBe(asked);
  asked?.dispatchEvent(new Event("load"));
  await Promise.all([first, second]);
});

it("asks again for one that failed again, for nothing else, and for none that is gone", async () => {
  sheet("/bad.css").dispatchEvent(new Event("error"));
  const first = styles.mend();
  shown("/bad.css")?.dispatchEvent(new Event("error"));
  await first;
  const lost = shown("/bad.css");
  const other = sheet("/picture.png", "icon");
  other.dispatchEvent(new Event("error"));
  const gone = sheet("/gone.css");
  gone.dispatchEvent(new Event("error"));
  gone.remove();
  const second = styles.mend();
  expect(shown("/bad.css")).not.toBe(lost);
  expect(shown("/picture.png")).toBe(other);
  expect(shown("/gone.css")).toBeNull();
  shown("/bad.css")?.dispatchEvent(new Event("load"));
  await second;
});
