import { z } from 'zod';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/;
const IPV6 = /^\[[0-9A-Fa-f:.]{2,45}\]$/;

/** `host:port` between commas. Without IPv6 addresses: the Kafka client would cut them at their first colon. */
export const brokers = listOfEndpoints(({ host, port }) => NAME.test(host) && isPort(port));

/** `host` or `host:port` between commas; an IPv6 address stands in brackets. */
export const contactPoints = listOfEndpoints(({ host, port }) => (NAME.test(host) || IPV6.test(host)) && (port === undefined || isPort(port)));

function listOfEndpoints(isGood: (endpoint: { readonly host: string; readonly port: string | undefined }) => boolean) {
  return z
    .string()
    .transform((text): readonly string[] => text.split(',').map((item) => item.trim()))
    .refine((items) => items.every((item) => isGood(partsOf(item))));
}

function partsOf(endpoint: string): { readonly host: string; readonly port: string | undefined } {
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(endpoint) ?? [];
  return { host, port };
}

function isPort(text: string | undefined): boolean {
  return text !== undefined && /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535;
}
