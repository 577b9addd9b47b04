import { Notifications } from "@mantine/notifications";
import { useEffect, useRef } from "react";

/** How many messages are shown at a time; others wait for their turn. */
const MOST = 2;
/** Between the messages and the edge of the window, and as much above them. */
const GAP_PX = 16;

/**
 * Messages of what was done. Nothing of a page or dialog lies below them: while there are some, both end above them, by
 * the height that stands in `--told`.
 */
export function Told() {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const list = box.current?.querySelector('[data-position="bottom-right"]');
    if (!list) {
      return;
    }
    const sized = new ResizeObserver(() => {
      const height = list.getBoundingClientRect().height;
      const room = height > 0 ? Math.ceil(height) + 2 * GAP_PX : 0;
      document.documentElement.style.setProperty("--told", `${room}px`);
    });
    sized.observe(list);
    return () => sized.disconnect();
  }, []);
  return (
    <div ref={box}>
      <Notifications position="bottom-right" limit={MOST} withinPortal={false} />
    </div>
  );
}
