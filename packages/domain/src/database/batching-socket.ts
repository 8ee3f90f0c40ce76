import { Socket } from 'node:net';

type Written = (error?: Error | null) => void;

/**
 * A socket that sends what is written during one turn of the event loop in one system call. pg writes each statement of a
 * pipelined batch by itself, and those writes would be the larger part of what a transaction costs this process.
 */
export class BatchingSocket extends Socket {
  #gathering = false;

  override write(data: Uint8Array | string, written?: Written): boolean;
  override write(data: Uint8Array | string, encoding?: BufferEncoding, written?: Written): boolean;
  override write(data: Uint8Array | string, encoding?: BufferEncoding | Written, written?: Written): boolean {
    this.#gather();
    return typeof encoding === 'string' ? super.write(data, encoding, written) : super.write(data, encoding);
  }

  #gather(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.cork();
    process.nextTick(() => {
      this.#gathering = false;
      this.uncork();
    });
  }
}
