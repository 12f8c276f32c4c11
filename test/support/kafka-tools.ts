import { spawn } from 'node:child_process';
import { realKafka } from './real-servers.js';

/** Kafka's own console tools, by their main classes. */
const TOOLS = {
  producer: 'org.apache.kafka.tools.ConsoleProducer',
  consumer: 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  groups: 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  topics: 'org.apache.kafka.tools.TopicCommand',
} as const;

const LIMIT_MS = 120_000;

/**
 * Runs one of Kafka's console tools against the real broker, as somebody would in a shell; resolves with what it
 * printed. It rejects with what it said on stderr where it fails, or does not end in time.
 */
export function kafkaTool(tool: keyof typeof TOOLS, args: readonly string[], input = ''): Promise<string> {
  const { brokers, classPath } = realKafka();
  if (classPath === undefined) throw new Error("Kafka's console tools need the class path of its jars");
  const child = spawn('java', ['-Xmx256m', '-cp', classPath, TOOLS[tool], '--bootstrap-server', brokers, ...args], { stdio: 'pipe', timeout: LIMIT_MS });
  const [output, errors]: Buffer[][] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => output?.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors?.push(chunk));
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const text = Buffer.concat(output ?? []).toString();
      if (code === 0) resolve(text);
      else reject(new Error(`${tool} ${args.join(' ')} ended with ${code}: ${Buffer.concat(errors ?? []).toString()}${text}`));
    });
  });
}

/** One message a line, without key and headers, as a producer of the old stack sends them. */
export async function produceLines(topic: string, lines: readonly string[], more: readonly string[] = []): Promise<void> {
  await kafkaTool('producer', ['--topic', topic, ...more], lines.map((line) => `${line}\n`).join(''));
}

/** The values of a topic as the console consumer prints them; it waits until there are `count`. */
export async function consumeLines(topic: string, count: number): Promise<readonly string[]> {
  const printed = await kafkaTool('consumer', ['--topic', topic, '--from-beginning', '--max-messages', String(count), '--timeout-ms', '60000']);
  return printed.split('\n').filter((line) => line !== '');
}
