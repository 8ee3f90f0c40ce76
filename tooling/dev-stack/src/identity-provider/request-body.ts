import type { IncomingMessage } from 'node:http';

/** A request that cannot be taken, with the status and the words to answer it with. */
export class RequestRefusal extends Error {
  override readonly name = 'RequestRefusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The body as text. Throws RequestRefusal for one of more than `most` bytes. */
export function readBody(request: IncomingMessage, most: number): Promise<string> {
  return new Promise((done, fail) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > most) fail(new RequestRefusal(413, `The body is larger than ${most} bytes.`));
      else chunks.push(chunk);
    });
    request.once('end', () => done(Buffer.concat(chunks).toString('utf8')));
    request.once('error', fail);
  });
}
