/** A call on its way through a gate, whole. For gRPC, `path` names the method. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** Of gRPC: they hold the status. */
  readonly trailers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * Decides about a call. `forward` sends it on, as often and as late as wanted, also after the caller was
 * answered. null breaks the connection, and so does an error.
 */
export type Handle = (call: Call, forward: () => Promise<Answer>) => Promise<Answer | null>;

/** A proxy before a server, through which one side of a stack reaches another. */
export interface Gate {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  close(): Promise<void>;
}
