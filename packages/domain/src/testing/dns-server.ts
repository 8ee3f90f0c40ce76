import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export interface DnsServer extends AsyncDisposable {
  /** For `DNS_SERVERS`. */
  readonly address: string;
  /** TXT records by name, each a list of texts; names that are not there do not exist. */
  readonly records: Map<string, readonly string[]>;
  /** Answers nothing at all while true, as a server behind a dead line. */
  silent: boolean;
}

const NO_ERROR = 0;
const NO_SUCH_NAME = 3;
const LONGEST_CHUNK = 255;

/** A name server on loopback that knows a few TXT records (RFC 1035), asked over UDP. */
export async function startDnsServer(): Promise<DnsServer> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const server: DnsServer = {
    address: `127.0.0.1:${socket.address().port}`,
    records: new Map(),
    silent: false,
    async [Symbol.asyncDispose]() {
      socket.close();
      await once(socket, 'close');
    },
  };
  socket.on('message', (query, { port, address }) => {
    if (!server.silent) socket.send(answerTo(query, server.records), port, address);
  });
  return server;
}

function answerTo(query: Buffer, records: DnsServer['records']): Buffer {
  const { name, end } = questionIn(query);
  const texts = records.get(name.toLowerCase());
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  // A response, recursion available; then one question and so many answers.
  header.writeUInt16BE(0x8180 | (texts === undefined ? NO_SUCH_NAME : NO_ERROR), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(texts?.length ?? 0, 6);
  return Buffer.concat([header, query.subarray(12, end), ...(texts ?? []).map(txtRecord)]);
}

function questionIn(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 5 };
}

function txtRecord(text: string): Buffer {
  const bytes = Buffer.from(text);
  const chunks = Array.from({ length: Math.ceil(bytes.length / LONGEST_CHUNK) }, (_, index) => {
    const chunk = bytes.subarray(index * LONGEST_CHUNK, (index + 1) * LONGEST_CHUNK);
    return Buffer.concat([Buffer.from([chunk.length]), chunk]);
  });
  const data = Buffer.concat(chunks);
  const head = Buffer.alloc(12);
  // The name is that of the question; type TXT, class IN, to be kept for no time.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(16, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}
