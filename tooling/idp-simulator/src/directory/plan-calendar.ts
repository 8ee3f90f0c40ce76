import { type Change, applyChange } from './changes.ts';
import type { Directory, DirectorySettings } from './directory.ts';
import { foundDirectory } from './found-directory.ts';
import { planDay } from './plan-day.ts';

export interface Day {
  readonly changes: readonly Change[];
  /** The directory at the end of the day. */
  readonly directory: Directory;
}

export interface Calendar {
  readonly founding: Directory;
  readonly days: readonly Day[];
}

/** Everything that will happen, decided before the first request. */
export function planCalendar(settings: DirectorySettings): Calendar {
  const founding = foundDirectory(settings);
  const days: Day[] = [];
  let directory = founding;
  for (let number = 1; number <= settings.days; number += 1) {
    const changes = planDay(directory, number, settings);
    directory = changes.reduce(applyChange, directory);
    days.push({ changes, directory });
  }
  return { founding, days };
}
