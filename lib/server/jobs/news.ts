import { storable } from '@/lib/contract/common.ts';
import { logger } from '../log.ts';
import { type ClaimedJob, type JobNews, recordNews } from '../repo/job.ts';

const WRITE_EVERY_MS = 500;

/** Gathers what a job says of itself and writes it twice a second at most. */
export class NewsWriter {
  private progressNow: number | null = null;
  private message: string | null = null;
  private lines: { at: Date; line: string }[] = [];
  private changed = false;
  private writing: Promise<void> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly job: ClaimedJob) {
    this.timer = setInterval(() => {
      this.writing = this.writing.then(() => this.write());
    }, WRITE_EVERY_MS);
  }

  progress(fraction: number | null, message?: string): void {
    this.progressNow =
      fraction === null || Number.isNaN(fraction) ? null : Math.min(1, Math.max(0, fraction));
    if (message !== undefined) this.message = storable(message);
    this.changed = true;
  }

  log(line: string): void {
    // Programs may say anything; a line that could not be stored would hold up all that follow.
    this.lines.push({ at: new Date(), line: storable(line) });
    this.changed = true;
  }

  /** Writes what is left. */
  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.writing;
    await this.write();
  }

  private async write(): Promise<void> {
    if (!this.changed) return;
    const news: JobNews = { progress: this.progressNow, message: this.message, lines: this.lines };
    this.lines = [];
    this.changed = false;
    try {
      await recordNews(this.job, news);
    } catch (error) {
      // The database may be away for a moment: the lines are tried again with the next ones.
      this.lines = [...news.lines, ...this.lines];
      this.changed = true;
      logger.warn({ err: error, jobId: this.job.id }, 'job progress was not stored');
    }
  }
}
