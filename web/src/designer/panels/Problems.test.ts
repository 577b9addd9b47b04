import { expect, it } from "vitest";
import { EVENT } from "../../flow/layout";
import { FLOW, ON_ERROR } from "../context";
import { placeOf } from "./Problems";

it.each([
  [{ card: null, field: "about", path: ["about"] }, [FLOW, "about"]],
  [{ card: null, field: "at_once", path: ["limits", "at_once"] }, [FLOW, "limits"]],
  [{ card: null, field: "login", path: ["event", "outputs", "login"] }, [EVENT, "login"]],
  [{ card: "off", field: "about", path: ["cards", 0, "inputs", "about"] }, ["off", "about"]],
  [{ card: "off", field: "retry", path: ["cards", 0, "on_error", "retry"] }, ["off", ON_ERROR]],
  [{ card: "off", field: null, path: ["cards", 0] }, ["off", null]],
])("leads from %j to %j", (problem, place) => {
  expect(placeOf(problem as Parameters<typeof placeOf>[0])).toEqual(place);
});
