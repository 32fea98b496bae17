import { AppError, messageOf } from '../domain/errors';
import type { ChannelTest, Notification } from '../domain/notification';
import type { RoutedChannel } from './open-channels';

type Options = { publicUrl: string; environment: string | null };

/** Tests of one channel are this far apart, ms: the button is no way to flood a receiver. */
const TEST_EVERY_MS = 3_000;

/** The people's side of the channels: trying them out. Runs in the web process, with connections of its own. */
export class ChannelDesk {
  private readonly testedAt = new Map<string, number>();

  constructor(
    private readonly channels: readonly RoutedChannel[],
    private readonly options: Options,
  ) {}

  /**
   * Sends a notification that says that it is a test. A receiver that refuses or does not answer is a result.
   * @throws AppError `not-found`, `too-many-requests`
   */
  async test(key: string, by: string): Promise<ChannelTest> {
    const channel = this.channels.find((each) => each.channel.key === key)?.channel;
    if (!channel)
      throw new AppError('not-found', 'There is no such channel. It may have been renamed: reload the page.');
    const startedAt = Date.now();
    if (startedAt - (this.testedAt.get(key) ?? 0) < TEST_EVERY_MS)
      throw new AppError('too-many-requests', 'This channel was tested just now. Wait a few seconds.');
    this.testedAt.set(key, startedAt);
    const notification = this.notification(channel.name, by, startedAt);
    const took = () => Date.now() - startedAt;
    try {
      const answer = await (channel.test ?? channel.send)(notification);
      return { ok: true, answer, tookMs: took() };
    } catch (error) {
      return { ok: false, answer: messageOf(error), tookMs: took() };
    }
  }

  private notification(name: string, by: string, at: number): Notification {
    const { publicUrl, environment } = this.options;
    const id = `test-${at.toString(36)}`;
    return {
      id: `${id}.test`,
      kind: 'test',
      at,
      incident: {
        id,
        name: 'Test of a channel',
        severity: 'info',
        queue: null,
        queueKey: null,
        since: at,
        firedAt: at,
        resolvedAt: null,
        members: [],
        memberCount: 0,
      },
      sentence: `This is a test of the channel ${name}, sent by ${by}. Nothing is wrong.`,
      numbers: [],
      topFailure: null,
      onIt: null,
      url: `${publicUrl}/alerts?tab=channels`,
      environment,
    };
  }
}
