import { request } from 'node:http';
import { groupId } from '../dataset/groups.ts';
import { userId } from '../dataset/people.ts';
import { median } from '../measuring/measured.ts';
import { WrongAnswersError } from '../measuring/take-turns.ts';
import type { Service } from '../processes/service.ts';
import { type Bench, type Row, scimPath } from './row.ts';

const MOST_GROWTH = 64 * 2 ** 20;
const FIRST_BYTE_MS = 50;
const SAMPLE_EVERY_MS = 5;
/** Before memory is looked at, the gateway has had work of other kinds: what any work costs is not the group's. */
const WARM_UP = 300;

/** `GET /Groups/{id}` with all members. */
export const readLargeGroup: Row = {
  number: '9',
  async run(bench) {
    await using gateway = await bench.startGateway();
    await warmUp(bench, gateway);
    const size = bench.dataset.measured.largeGroups.size;
    const before = gateway.memory();
    const answers: Answered[] = [];
    let peak = 0;
    for (let turn = 0; turn < bench.sizes.turns; turn += 1) {
      const answered = await readGroup(bench, gateway);
      if (answered.members !== size) {
        throw new WrongAnswersError(`A group of ${size} was answered with ${answered.members} members.`);
      }
      answers.push(answered);
      peak = Math.max(peak, answered.peak);
    }
    const firstByte = median(answers.map((answer) => answer.firstByteMs));
    const work = `GET /Groups/{id}, ${size} members`;
    const growth = before === undefined ? undefined : Math.max(0, peak - before);
    return [
      {
        row: '9',
        work: `${work}: first byte`,
        p50: firstByte,
        target: `≤ ${FIRST_BYTE_MS} ms`,
        found: `${firstByte.toFixed(1)} ms, whole in ${median(answers.map((answer) => answer.wholeMs)).toFixed(0)} ms`,
        ok: firstByte <= FIRST_BYTE_MS,
      },
      {
        row: '9',
        work: `${work}: growth of resident memory`,
        ...(growth !== undefined && { peakMemory: peak }),
        target: `< ${MOST_GROWTH / 2 ** 20} MB`,
        found: growth === undefined ? 'not known on this system' : `${(growth / 2 ** 20).toFixed(0)} MB`,
        ok: growth === undefined || growth < MOST_GROWTH,
      },
    ];
  },
};

interface Answered {
  readonly firstByteMs: number;
  readonly wholeMs: number;
  readonly members: number;
  /** The most memory that was resident while the answer was on its way. */
  readonly peak: number;
}

async function readGroup({ dataset: { measured } }: Bench, gateway: Service): Promise<Answered> {
  const url = `${gateway.url}${scimPath(measured)}/Groups/${groupId(measured.largeGroups, 0)}`;
  let peak = gateway.memory() ?? 0;
  const sampler = setInterval(() => {
    peak = Math.max(peak, gateway.memory() ?? 0);
  }, SAMPLE_EVERY_MS);
  try {
    const answer = await timedAnswer(url, measured.token);
    return { ...answer, peak };
  } finally {
    clearInterval(sampler);
  }
}

function timedAnswer(url: string, token: string): Promise<Omit<Answered, 'peak'>> {
  const started = performance.now();
  let firstByteMs: number | undefined;
  return new Promise((resolve, reject) => {
    request(url, { headers: { authorization: `Bearer ${token}` } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => {
        firstByteMs ??= performance.now() - started;
        chunks.push(chunk);
      });
      answer.on('error', reject);
      answer.on('end', () => {
        const wholeMs = performance.now() - started;
        const group: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
        resolve({ firstByteMs: firstByteMs ?? wholeMs, wholeMs, members: membersOf(group) });
      });
    })
      .on('error', reject)
      .end();
  });
}

function membersOf(group: unknown): number {
  const hasMembers = typeof group === 'object' && group !== null && 'members' in group;
  return hasMembers && Array.isArray(group.members) ? group.members.length : 0;
}

async function warmUp({ dataset: { measured } }: Bench, gateway: Service): Promise<void> {
  for (let number = 0; number < WARM_UP; number += 1) {
    const id = userId(measured.people, number % measured.people.count);
    const answer = await fetch(`${gateway.url}${scimPath(measured)}/Users/${id}`, {
      headers: { authorization: `Bearer ${measured.token}` },
    });
    await answer.arrayBuffer();
  }
}
