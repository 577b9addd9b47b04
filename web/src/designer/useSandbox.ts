import { useQuery } from "@tanstack/react-query";
import { api, data } from "../api/client";
import { useAround } from "./context";

/** Whether a connection leads to the sandbox that runs here; undefined until that is known. */
export function useSandbox(): boolean | undefined {
  const { connections } = useAround();
  const sandbox = useQuery({
    queryKey: ["sandbox"],
    queryFn: ({ signal }) => data(api.GET("/api/v1/sandbox", { signal })),
    retry: false,
  });
  if (sandbox.isPending) {
    return undefined;
  }
  return leads(
    connections.map((connection) => connection.base_url ?? ""),
    sandbox.data?.tenants.map((tenant) => tenant.base_url) ?? [],
  );
}

/** Whether one of these addresses is one of the tenants', or below it. */
export function leads(addresses: readonly string[], tenants: readonly string[]): boolean {
  const whole = (address: string) => `${address.replace(/\/+$/, "")}/`;
  return tenants.some(
    (tenant) => tenant !== "" && addresses.some((address) => whole(address).startsWith(whole(tenant))),
  );
}
