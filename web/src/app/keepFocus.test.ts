// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test } from "vitest";
import { keepFocus } from "./keepFocus";

let end: () => void;

beforeEach(() => {
  document.body.innerHTML = "";
  end = keepFocus(document);
});

afterEach(() => end());

function page(html: string): void {
  document.body.innerHTML = html;
}

function one(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`There is no ${id}.`);
  }
  return found;
}

/** Until the page has settled: a turn of the observer, of the clock, and a frame. */
async function settled(): Promise<void> {
  await new Promise((done) => setTimeout(() => requestAnimationFrame(() => setTimeout(done))));
}

test("a dialog that closes gives the focus back to what opened it", async () => {
  page(
    '<main id="content"><button id="other"></button><button id="new"></button></main><div data-portal></div>',
  );
  one("new").focus();
  document
    .querySelector("[data-portal]")
    ?.insertAdjacentHTML("beforeend", '<div id="dialog"><input id="name"></div>');
  one("name").focus();
  one("dialog").remove();
  await settled();
  expect(document.activeElement?.id).toBe("new");
});

test("a dialog that was opened from a menu gives it to the menu's button", async () => {
  page('<main><button id="more"></button></main><div data-portal id="over"></div>');
  one("more").focus();
  one("over").innerHTML = '<div role="menu" aria-labelledby="more"><button id="delete"></button></div>';
  one("delete").focus();
  one("over").innerHTML = '<div id="dialog"><button id="yes"></button></div>';
  one("yes").focus();
  one("over").innerHTML = "";
  await settled();
  expect(document.activeElement?.id).toBe("more");
});

test("a dialog that goes while its button works gives it back, too", async () => {
  page('<main><button id="new"></button></main><div data-portal id="over"></div>');
  one("new").focus();
  one("over").innerHTML = '<div id="dialog"><button id="yes"></button></div>';
  one("yes").focus();
  one("yes").setAttribute("disabled", "");
  one("yes").blur();
  await settled();
  one("over").innerHTML = "";
  await settled();
  expect(document.activeElement?.id).toBe("new");
});

test("what stands in the place of a button gets its focus", async () => {
  page('<main><button id="first"></button><p id="cell"><button id="suspend"></button></p></main>');
  one("first").focus();
  one("suspend").focus();
  one("cell").innerHTML = '<button id="unsuspend"></button>';
  await settled();
  expect(document.activeElement?.id).toBe("unsuspend");
});

test("another page begins at its content", async () => {
  page('<main id="content" tabindex="-1"><div id="list"><a id="flow" href="/flow"></a></div></main>');
  one("flow").focus();
  one("content").innerHTML = '<section><button id="danger"></button></section>';
  await settled();
  expect(document.activeElement?.id).toBe("content");
});

test("a button that rests while it works has the focus again after it", async () => {
  page('<main><button id="publish"></button></main>');
  const publish = one("publish");
  publish.focus();
  publish.setAttribute("disabled", "");
  await settled();
  publish.blur(); // as a browser does with its next frame
  publish.removeAttribute("disabled");
  await settled();
  expect(document.activeElement?.id).toBe("publish");
});

test("who moves the focus on purpose, or leaves it, is not in the way", async () => {
  page(
    '<main><button id="a"></button><p id="cell"><button id="b"></button></p><button id="c"></button></main>',
  );
  one("b").focus();
  one("cell").innerHTML = "";
  one("c").focus();
  await settled();
  expect(document.activeElement?.id).toBe("c");
  one("c").blur();
  one("cell").innerHTML = "<b></b>";
  await settled();
  expect(document.activeElement).toBe(document.body);
});

test("a grid moves its focus itself", async () => {
  page(
    '<main><div role="grid"><p id="row"><button id="cell"></button></p><button id="other"></button></div></main>',
  );
  one("cell").focus();
  one("row").remove();
  await settled();
  expect(document.activeElement).toBe(document.body);
});

test("nothing behind an open dialog gets the focus", async () => {
  page(
    '<main><button id="behind"></button></main><div aria-modal="true"><p id="p"><button id="x"></button></p></div>',
  );
  one("behind").focus();
  one("x").focus();
  one("p").remove();
  await settled();
  expect(document.activeElement?.id).not.toBe("behind");
});
