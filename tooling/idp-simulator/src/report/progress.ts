export interface Progress {
  /** A new phase of the run: 'day 2 of 5'. */
  phase(name: string): void;
  /** One more request was answered. */
  tick(): void;
  end(): void;
}

interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** One line that rewrites itself on a terminal, one line per phase elsewhere. */
export function startProgress(screen: Screen, now: () => number = () => performance.now()): Progress {
  let current = '';
  let requests = 0;
  let begun = now();
  let drawn = 0;

  const seconds = (): string => `${((now() - begun) / 1000).toFixed(1)} s`;
  const line = (): string => `${current.padEnd(28)} ${String(requests).padStart(6)} requests  ${seconds()}`;

  function finishPhase(): void {
    if (current !== '') screen.write(screen.isTTY ? `\r\u001b[2K${line()}\n` : `${line()}\n`);
    current = '';
  }

  return {
    phase(name) {
      finishPhase();
      current = name;
      requests = 0;
      begun = now();
    },
    tick() {
      requests += 1;
      if (!screen.isTTY || now() - drawn < 100) return;
      drawn = now();
      screen.write(`\r\u001b[2K${line()}`);
    },
    end: finishPhase,
  };
}
