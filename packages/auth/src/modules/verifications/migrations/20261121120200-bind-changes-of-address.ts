import { Migration } from '@mikro-orm/migrations';

/** What somebody asked for on a session does not outlive a log-out everywhere, nor a new password. */
export class BindChangesOfAddress extends Migration {
  override up(): void {
    this.addSql('alter table auth.verification add column session_epoch int null');
  }
}
