import { useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { api, data } from "../api/client";
import { reachability } from "../api/reachability";
import { text } from "../text";
import classes from "./Shell.module.css";

/** Says that the server does not answer, and asks it again until it does. */
export function Away() {
  const reachable = useSyncExternalStore(reachability.subscribe, () => reachability.reachable);
  useQuery({
    queryKey: ["health"],
    queryFn: () => data(api.GET("/healthz")),
    enabled: !reachable,
    refetchInterval: reachable ? false : 3_000,
    retry: false,
  });
  if (reachable) {
    return null;
  }
  return (
    <div className={classes.away} role="alert">
      {text.errors.away}
    </div>
  );
}
