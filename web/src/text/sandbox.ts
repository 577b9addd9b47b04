const many = (times: number | null) =>
  times === null ? "every request" : times === 1 ? "the first request" : `the first ${times} requests`;
const refuses = (how: string) => (app: string, which: string) => `${app} refuses ${which} with ${how}.`;
const tellsToWait = (how: string) => (app: string, which: string, seconds: number | null) =>
  `${app} refuses ${which} with ${how}, Retry-After ${seconds ?? 1} s.`;

export const sandbox = {
  title: "Sandbox",
  about: "a pretend company to try flows on; nothing here is real",
  away: "No sandbox runs here.",
  people: "People",
  search: "Search people",
  person: "Person",
  tenants: {
    okta: "Okta",
    graph: "Microsoft 365",
    google: "Google Workspace",
    slack: "Slack",
    scim: "SCIM app",
    mail: "Mail server",
    recorder: "Any other app",
  },
  nobody: "Nobody is found. Try a part of a name or login.",
  show: "Show",
  showOf: (name: string) => `Show all of ${name}`,
  managedBy: (login: string) => `manager: ${login}`,
  accounts: "Accounts",
  tokens: (count: number) =>
    count === 1 ? "1 app may act for them in Google" : `${count} apps may act for them in Google`,
  holds: "What they hold",
  holdings: {
    "okta groups": "Groups in Okta",
    "okta apps of its own": "Apps in Okta, assigned to them",
    "okta factors": "Second factors in Okta",
    "graph groups": "Groups in Microsoft 365",
    "graph licences": "Licences in Microsoft 365",
    "graph devices": "Devices in Microsoft 365",
    "google groups": "Groups in Google Workspace",
    "google licences": "Licences in Google Workspace",
    "scim groups": "Groups in the SCIM app",
  } as Record<string, string>,
  lastRuns: "Last runs about them",
  noRuns: "No flow has run about them yet.",
  letters: "Letters",
  lettersEmpty: "No letter was sent yet.",
  messages: "Slack messages",
  messagesEmpty: "Nothing was said in Slack yet.",
  ledger: "Ledger",
  ledgerEmpty: "No request has come yet.",
  addresses: "Addresses",
  connection: "Connection",
  connect: "Connect it",
  connectOf: (tenant: string) => `Connect ${tenant}`,
  connected: (tenant: string) => `${tenant} is connected: cards can use it.`,
  connectedUnsigned: (tenant: string) =>
    `${tenant} has one more connection: somebody must sign it in, on the page Connections.`,
  otherWays: "Other ways",
  otherWaysOf: (tenant: string) => `${tenant}: other ways to connect it`,
  byHand: "What it is connected with",
  told: {
    base_url: "Address",
    tenant_id: "Directory (tenant) id",
    web_client_id: "Client id for a sign-in",
  } as Record<string, string>,
  secretsByItself:
    "Token and client secret are shown to nobody here: Keyturn puts them into the connection by itself. Connect it by",
  anyOther: (address: string) =>
    `For each connector with its name behind the address, as in ${address}/github or ${address}/workday; any token is taken. It knows those that are made here, too.`,
  address: "Address",
  copy: "Copy",
  time: "Time",
  tenant: "Tenant",
  request: "Request",
  body: "Body",
  answer: "Answer",
  noAnswer: "none",
  becauseOf: (fault: string) => `by the fault ${fault}`,
  sentBy: "Sent by",
  attempt: (number: string) => `attempt ${number}`,
  from: "From",
  to: "To",
  letter: "Letter",
  channel: "Channel",
  message: "Message",
  suspend: "Suspend",
  unsuspend: "Let in again",
  suspendOf: (name: string) => `Suspend ${name}`,
  unsuspendOf: (name: string) => `Let in again: ${name}`,
  suspended: (name: string) => `${name} is suspended in Okta; the event is on its way`,
  back: (name: string) => `${name} is active in Okta again`,
  sessions: (count: number) => (count === 1 ? "1 session" : `${count} sessions`),
  standings: { none: "no account" } as Record<string, string>,
  runs: "Runs",
  runsOf: (name: string) => `Runs about ${name}`,
  admin: "administrator",
  guest: "guest",
  more: "Show more people",
  faults: "What goes wrong",
  faultsAbout: "Break an app on purpose, and see what your flows make of it: all of its requests, or some.",
  kinds: {
    "": "nothing",
    "500": "refuses: 500 server error",
    "401": "refuses: 401 not signed in",
    "403": "refuses: 403 not allowed",
    "404": "refuses: 404 not there",
    "429": "refuses: 429 too many requests",
    "503": "refuses: 503 unavailable",
    garbage: "does it, answers with garbage",
    huge: "does it, answers with far too much",
    slow: "does it, never answers",
    drop: "does it, breaks the connection",
    dropbefore: "does nothing, breaks the connection",
  } as Record<string, string>,
  faulty: {
    none: "Nothing goes wrong. Choose above what an app does with all requests, or break some: the first two that disable an account, say, and see whether your flow tries again.",
    list: "What goes wrong now",
    end: "End it",
    endOf: (sentence: string) => `End it: ${sentence}`,
    breakSome: "Break some requests",
    breakThem: "Break them",
    app: "App",
    which: "Requests",
    whichAbout:
      "Search the app's operations and choose one, or write a part of method and path, as it stands in the ledger.",
    whichAnyApp: "Write a part of method and path, as it stands in the ledger.",
    whichAll: "all",
    inNone:
      "None of the app's operations has this in it: it is met by requests that have it in their own path only.",
    moreOperations: (count: number) => `${count} more: write more of it`,
    what: "What happens",
    howMany: "Only the first (a number of requests)",
    howManyAll: "all",
    slow: "does it, answers late or never",
    howLong: "Answers after (seconds)",
    howLongNever: "never",
    howLongToWait: "Says to wait (Retry-After, seconds)",
    noSeconds: "Seconds from 1 to 3600, or nothing.",
    noNumber: "A number from 1, or nothing for all.",
    requests: (times: number | null) => many(times),
    requestsOf: (times: number | null, operation: string) => `${many(times)} of ${operation}`,
    requestsWith: (times: number | null, part: string) => `${many(times)} with “${part}” in method and path`,
    met: (count: number) =>
      count === 0
        ? "No request has met it yet."
        : count === 1
          ? "1 request has met it."
          : `${count} requests have met it.`,
    over: (count: number) =>
      count === 1 ? "It is over: its request has come." : `It is over: its ${count} requests have come.`,
    does: {
      "401": refuses("401, not signed in"),
      "403": refuses("403, not allowed"),
      "404": refuses("404, not there"),
      "429": tellsToWait("429, too many requests"),
      "500": refuses("500, server error"),
      "503": tellsToWait("503, unavailable"),
      garbage: (app, which) => `${app} carries out ${which}, and answers with garbage.`,
      huge: (app, which) => `${app} carries out ${which}, and answers with far too much.`,
      slow: (app, which, seconds) =>
        `${app} carries out ${which}, and ${seconds === null ? "never answers" : `answers after ${seconds} s`}.`,
      drop: (app, which) => `${app} carries out ${which}, and breaks the connection without an answer.`,
      dropbefore: (app, which) => `${app} breaks the connection at ${which}, and does nothing.`,
    } as Record<string, (app: string, which: string, seconds: number | null) => string>,
    doesOther: (app: string, which: string, kind: string) => `${app} meets ${which} with the fault ${kind}.`,
  },
  reset: "Back to the first day",
  resetTitle: "Back to the first day?",
  resetWhat:
    "Everybody is as on the first day again, and nothing goes wrong any more. Runs and flows stay; so do event hooks, subscriptions, and what the sandbox notes of requests. What has not arrived at them yet is dropped.",
  resetDone: (dropped: number) => {
    const done = "Everybody is as on the first day";
    if (dropped === 0) {
      return done;
    }
    const what = dropped === 1 ? "1 delivery that had" : `${dropped} deliveries that had`;
    return `${done}; ${what} not arrived yet ${dropped === 1 ? "was" : "were"} dropped`;
  },
};
