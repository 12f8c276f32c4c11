/** A certificate authority of one run, and what it signs. Made at run time: no key lies in the repository, none outlives the run. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';

const EC = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' };
/** Whoever runs this may have a clock behind the server's. */
const LEEWAY_MS = 3_600_000;
const ADDRESSES = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((last) => `127.0.0.${last}`);

/**
 * PEM files in `folder`: the authority, a server certificate for localhost and the first loopback addresses, and a
 * client's for mutual TLS. `serverFile` holds key and certificate, as Kafka and Cassandra read their key stores.
 */
export async function makeCertificates(folder) {
  mkdirSync(folder, { recursive: true });
  const authority = await sign('Userstream test authority', [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
  ]);
  const ca = { key: authority.private, cert: authority.cert };
  const server = await sign('localhost', [
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
    { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }, ...ADDRESSES.map((ip) => ({ type: 7, ip }))] },
  ], ca);
  const client = await sign('userstream', [
    { name: 'keyUsage', digitalSignature: true, critical: true },
    { name: 'extKeyUsage', clientAuth: true },
  ], ca);
  const file = (name, text) => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  return {
    caFile: file('ca.pem', authority.cert),
    serverFile: file('server.pem', `${server.private}\n${server.cert}`),
    clientCertFile: file('client.pem', client.cert),
    clientKeyFile: file('client.key', client.private),
  };
}

function sign(commonName, extensions, ca) {
  const notBeforeDate = new Date(Date.now() - LEEWAY_MS);
  return generate([{ name: 'commonName', value: commonName }], { ...EC, notBeforeDate, extensions, ...(ca && { ca }) });
}
