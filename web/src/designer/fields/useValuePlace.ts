import { notifications } from "@mantine/notifications";
import { useMemo, useRef } from "react";
import type { Carried, DropPlace, Point } from "../../dragging/carried";
import { text } from "../../text";
import { useDesigner, useTitles } from "../context";
import { useNesting } from "../nesting";

interface Into {
  label: string;
  card: string;
  lane: number | null;
  /** Put the value there; the point is where the pointer was, null by keyboard. */
  use(written: string, at: Point | null): void;
}

/** A field as a place for values that are dragged: it takes those that its card can see, and says why not another. */
export function useValuePlace({ label, card, lane, use }: Into): DropPlace {
  const api = useDesigner();
  const titles = useTitles();
  const used = useRef(use);
  used.current = use;
  const helper = useNesting().chain.length > 1;
  return useMemo<DropPlace>(() => {
    const why = (carried: Carried) => {
      if (carried.kind !== "value") {
        return null;
      }
      return carried.owner === api
        ? api.unseen(card, lane, carried.written)
        : text.designer.unseen[helper ? "around" : "within"](carried.name);
    };
    return {
      takes: (carried) => carried.kind === "value",
      foreign: (carried) => carried.kind === "value" && carried.owner !== api,
      refuses: why,
      words: () => text.designer.fieldPlace(label, titles.get(card) ?? card),
      drop: (carried, at) => {
        if (carried.kind !== "value") {
          return;
        }
        const reason = why(carried);
        if (reason === null) {
          used.current(carried.written, at);
        } else {
          notifications.show({ color: "yellow", title: text.designer.unseen.title, message: reason });
        }
      },
    };
  }, [api, titles, card, lane, label, helper]);
}
