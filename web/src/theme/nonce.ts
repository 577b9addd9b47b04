import { setNonce } from "get-nonce";

/** The nonce that the server gave this page: style elements that libraries make must carry it. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";

setNonce(nonce);
