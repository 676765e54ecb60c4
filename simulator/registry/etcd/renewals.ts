import type { IDuplexStream, ILeaseKeepAliveRequest, ILeaseKeepAliveResponse } from "etcd3";

export type KeepAliveStream = IDuplexStream<ILeaseKeepAliveRequest, ILeaseKeepAliveResponse>;

/** How long an answer may take; a registry on this machine needs milliseconds. */
const TIMEOUT_MS = 5000;

interface Pending {
  readonly leaseId: string;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (response: ILeaseKeepAliveResponse) => void;
  readonly reject: (error: Error) => void;
}

/** The renewals that go over one stream, until that breaks. */
export class Renewals {
  readonly #stream: KeepAliveStream;
  readonly #pending: Pending[] = [];
  #broken: Error | undefined;

  constructor(stream: KeepAliveStream) {
    this.#stream = stream;
    stream.on("data", (response) => {
      const index = this.#pending.findIndex(({ leaseId }) => leaseId === response.ID);
      if (index < 0) return;
      for (const { timer, resolve } of this.#pending.splice(index, 1)) {
        clearTimeout(timer);
        resolve(response);
      }
    });
    stream.on("error", (error) => {
      this.#fail(error);
    });
    stream.on("end", () => {
      this.#fail(new Error("The registry ended the stream of renewals."));
    });
  }

  get broken(): boolean {
    return this.#broken !== undefined;
  }

  /** Renews one lease; rejects when the stream breaks before the answer. */
  renew(leaseId: string): Promise<ILeaseKeepAliveResponse> {
    return new Promise((resolve, reject) => {
      if (this.#broken) {
        reject(this.#broken);
        return;
      }
      const timer = setTimeout(() => {
        this.close(new Error(`The registry did not answer within ${String(TIMEOUT_MS)}ms.`));
      }, TIMEOUT_MS);
      this.#pending.push({ leaseId, timer, resolve, reject });
      this.#stream.write({ ID: leaseId });
    });
  }

  /** Ends the stream; what still waits on it is rejected with `error`. */
  close(error: Error): void {
    this.#fail(error);
    this.#stream.cancel();
  }

  #fail(error: Error): void {
    this.#broken ??= error;
    for (const { timer, reject } of this.#pending.splice(0)) {
      clearTimeout(timer);
      reject(error);
    }
  }
}
