import { useQuery } from "@tanstack/react-query";
import { Moment } from "../components/Moment";
import { Pill } from "../components/StatePill";
import { text } from "../text";
import { type Check, checkQuery, standingOf } from "./connections";

/** Whether a connection works, in a word. */
export function HealthPill({ id }: { id: string }) {
  const check = useQuery(checkQuery(id));
  if (check.isFetching) {
    return <Pill tone="quiet">{text.connections.testing}</Pill>;
  }
  if (check.error) {
    return <Pill tone="warn">{text.connections.notTested}</Pill>;
  }
  if (check.data?.works && isUntold(check.data)) {
    return <Pill tone="quiet">{text.connections.untold}</Pill>;
  }
  switch (check.data && standingOf(check.data)) {
    case "works":
      return <Pill tone="ok">{text.connections.works}</Pill>;
    case "needs sign-in":
      return <Pill tone="warn">{text.connections.needsSignIn}</Pill>;
    default:
      return <Pill tone="bad">{text.connections.broken}</Pill>;
  }
}

/** Whether it is only known of a connection that something is there: its test does not tell more, nor has a request. */
export function isUntold(check: Pick<Check, "told" | "state">): boolean {
  return !check.told && check.state.name === "unused";
}

/** Since when a connection that was tested does not work, or waits for somebody to sign in. */
export function Since({ check }: { check: Check }) {
  const standing = standingOf(check);
  if (standing === "works" || check.state.name === "works") {
    return null;
  }
  return (
    <>
      {standing === "failing" ? text.connections.failingSince : text.connections.signedOutSince}{" "}
      <Moment at={check.state.since} />
    </>
  );
}

/** When a connection was tested, and since when it fails. */
export function Tested({ id, className }: { id: string; className?: string }) {
  const { data, dataUpdatedAt, isFetching } = useQuery(checkQuery(id));
  if (data === undefined || isFetching) {
    return null;
  }
  return (
    <>
      <div className={className}>
        <Since check={data} />
      </div>
      <div className={className}>
        {text.connections.testedAt} <Moment at={new Date(dataUpdatedAt).toISOString()} />
      </div>
    </>
  );
}

/** What the app said to the test of a connection that does not work, or lacks a scope of the test's, and what to do. */
export function HealthDetail({ id, className }: { id: string; className?: string }) {
  const check = useQuery(checkQuery(id)).data;
  if (check === undefined || (check.works && check.mend === "")) {
    return null;
  }
  return (
    <p className={className}>
      {check.what} {check.mend}
    </p>
  );
}
