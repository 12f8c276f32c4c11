import { type IncomingMessage } from 'node:http';

const LOOPBACK_ADDRESS = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i;
const LOOPBACK_AUTHORITY = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/** Whether a server that listens on `host` can be reached from this machine only. */
export function isLoopbackHost(host: string): boolean {
  return LOOPBACK_ADDRESS.test(host);
}

/**
 * Whether a request was addressed to this machine by a name that can mean nothing else. A page whose own name was made
 * to resolve to 127.0.0.1 (DNS rebinding) gives itself away by its Host header.
 */
export function isAddressedToLoopback(request: IncomingMessage): boolean {
  return LOOPBACK_AUTHORITY.test(request.headers.host ?? '');
}

/** Whether a browser sends the request on behalf of a page of another origin; another port of this machine is one too. */
export function isCrossOrigin(request: IncomingMessage): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const { origin } = request.headers;
  return origin !== undefined && origin.toLowerCase() !== `http://${request.headers.host ?? ''}`.toLowerCase();
}
