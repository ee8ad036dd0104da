const HEAD = 5;

/**
 * Cuts a stream of bytes into gRPC messages: each has a flag byte and a length of four before it
 * (github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, "Length-Prefixed-Message").
 */
export class GrpcFrames {
  readonly #onMessage: (message: Buffer) => void;
  #rest = Buffer.alloc(0);

  constructor(onMessage: (message: Buffer) => void) {
    this.#onMessage = onMessage;
  }

  /** Throws where a message is compressed: nobody here asks for that. */
  write(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= HEAD) {
      const end = HEAD + this.#rest.readUInt32BE(1);
      if (this.#rest.length < end) return;
      if (this.#rest[0] !== 0) throw new Error('a compressed gRPC message cannot be read');
      this.#onMessage(this.#rest.subarray(HEAD, end));
      this.#rest = this.#rest.subarray(end);
    }
  }
}
