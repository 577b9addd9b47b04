export const errors = {
  unreachable: {
    what: "Keyturn does not answer.",
    mend: "It is asked again every few seconds; what you have typed stays here. If it goes on, look whether the server runs.",
  },
  away: "Keyturn does not answer. What you see may be old; it is asked again every few seconds.",
  ended: {
    what: "Your session has ended.",
    mend: "Sign in again, then do this once more: what you have typed stays here.",
  },
  odd: {
    what: (status: number) => `The server answered ${status} in an unexpected way.`,
    mend: "Try again. If it goes on, something between you and the server (a proxy) may be in the way.",
  },
  internal: { mend: "Reload the page. If it goes on, tell the makers what you did." },
  title: "That did not work",
  tryAgain: "Try again",
  reload: "Reload the page",
  broken: "This page could not be shown.",
  details: "Details",
  todo: "What to do:",
};
