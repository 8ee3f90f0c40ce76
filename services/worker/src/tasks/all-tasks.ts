import { recalculateLicenses } from './recalculate-licenses.ts';
import { sendMail } from './send-mail.ts';
import type { Task } from './task.ts';

/** Whatever the worker can do. */
export const allTasks: readonly Task[] = [sendMail, recalculateLicenses];
