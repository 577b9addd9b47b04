import { expect, it } from "vitest";
import { EVENT } from "../../flow/layout";
import { FLOW } from "../context";
import { placeOf } from "./Problems";

it.each([
  [{ card: null, field: "about", path: ["about"] }, [FLOW, "about", false]],
  [{ card: null, field: "at_once", path: ["limits", "at_once"] }, [FLOW, "limits", false]],
  [{ card: null, field: "login", path: ["event", "outputs", "login"] }, [EVENT, "login", false]],
  [{ card: "off", field: "about", path: ["cards", 0, "inputs", "about"] }, ["off", "about", false]],
  [{ card: "off", field: "wait", path: ["cards", 0, "on_error", "retry", "wait"] }, ["off", "wait", true]],
  [{ card: "off", field: null, path: ["cards", 0] }, ["off", null, false]],
])("leads from %j to %j", (problem, place) => {
  expect(placeOf(problem as Parameters<typeof placeOf>[0])).toEqual(place);
});
