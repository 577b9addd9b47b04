/** The second value of a session, which writes show: another tab may have opened a new session meanwhile. */
import { ApiError } from "./errors";

export const HEADER = "Keyturn-CSRF";
const FORGED = "forged-write";

type Fetch = (request: Request) => Promise<Response>;

/** Shows a session's second value in writes. Where it is another session's by now, it is read anew, and the write sent again. */
export class SecondValue {
  private value: string | null = null;

  constructor(
    private readonly origin: string,
    private readonly ports: { fetch: Fetch },
  ) {}

  /** Writes show this value from now on. */
  show(value: string | null | undefined): void {
    this.value = value ?? null;
  }

  /** The value that writes show; null where nobody is signed in. */
  get shown(): string | null {
    return this.value;
  }

  /** Send a request; a write that shows an old value was not carried out, and is sent once more with the new one. */
  readonly send: Fetch = async (request) => {
    if (request.method === "GET" || this.value === null) {
      return this.ports.fetch(request);
    }
    const again = request.clone();
    const sent = this.value;
    const answer = await this.ports.fetch(this.with(request));
    return answer.status === 403 && (await isForged(answer.clone())) && (await this.isOther(sent))
      ? this.ports.fetch(this.with(again))
      : answer;
  };

  /** The same for what is sent in another way, and throws ApiError. */
  async sendBy(send: () => Promise<void>): Promise<void> {
    const sent = this.value;
    try {
      await send();
    } catch (error) {
      const forged = error instanceof ApiError && error.problems.some(({ code }) => code === FORGED);
      if (!forged || !(await this.isOther(sent))) {
        throw error;
      }
      await send();
    }
  }

  private with(request: Request): Request {
    if (this.value !== null) {
      request.headers.set(HEADER, this.value);
    }
    return request;
  }

  /** Whether the session's value is another than what was sent; it is asked for unless that is known already, from a
   * sign-in on this page or because of another write that was refused. */
  private async isOther(sent: string | null): Promise<boolean> {
    if (this.value === sent) {
      const answer = await this.ports.fetch(new Request(`${this.origin}/session`));
      const session = answer.ok ? ((await answer.json()) as { csrf?: string | null }) : {};
      this.value = session.csrf ?? this.value;
    }
    return this.value !== sent;
  }
}

async function isForged(answer: Response): Promise<boolean> {
  try {
    const { problems } = (await answer.json()) as { problems?: { code?: string }[] };
    return problems?.some(({ code }) => code === FORGED) ?? false;
  } catch {
    return false; // a proxy's page, say
  }
}
