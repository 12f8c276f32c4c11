export interface ServerNode {
  readonly pid: number | undefined;
  readonly log: string;
  kill(signal?: NodeJS.Signals): Promise<void>;
  restart(): Promise<void>;
}
