import { queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas, secondValue } from "./client";

export type Session = Schemas["SessionModel"];

/** Who is signed in. Nobody: ``name`` is null. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }): Promise<Session> => {
    const session = await data(api.GET("/session", { signal }));
    secondValue.show(session.csrf);
    return session;
  },
  staleTime: 60_000,
});

/** Open the session of a sign-in link's code. */
export async function signIn(code: string): Promise<Session> {
  const session = await data(api.POST("/session", { body: { code } }));
  secondValue.show(session.csrf);
  return session;
}

export async function signOut(): Promise<void> {
  await data(api.DELETE("/session"));
  secondValue.show(null);
}

/** The code in a sign-in link, or in what somebody pasted of it. */
export function codeIn(pasted: string): string {
  const trimmed = pasted.trim();
  return trimmed.slice(trimmed.lastIndexOf("#") + 1);
}
