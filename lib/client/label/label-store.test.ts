import { v7 as uuidV7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import type { ClassId } from '@/lib/contract/classes.ts';
import { openPage } from './testing/page.ts';
import { createServer } from './testing/server.ts';

describe('labelling', () => {
  it('shows the first window and has at least twelve more in hand', async () => {
    const server = createServer(40);
    const page = await openPage(server);
    expect(page.windowInView()).toBe(server.items[0].windowId);
    expect(page.get().ready.length).toBeGreaterThanOrEqual(12);
    await page.answer('flag', 'none', 'wedge', 'flag', 'flag', 'flag', 'flag', 'flag', 'flag', 'flag');
    expect(page.get().ready.length).toBeGreaterThanOrEqual(12);
  });

  it('goes through a queue window by window, in order, each once', async () => {
    const server = createServer(30);
    const page = await openPage(server);
    const seen: (string | undefined)[] = [];
    while (page.get().current) {
      seen.push(page.windowInView());
      await page.get().confirm();
      await page.get().refill();
    }
    await page.settled();
    expect(seen).toEqual(server.items.map(({ windowId }) => windowId));
    expect(server.standing()).toHaveLength(30);
    await expect.poll(() => page.get().phase).toBe('empty');
    expect(page.get().words).toBe('Every window of this queue is answered.');
  });

  it('names the leases of answers that still wait, so that their windows do not come again', async () => {
    const server = createServer(60);
    const page = await openPage(server);
    server.online = false;
    await page.answer(...new Array<ClassId>(10).fill('flag'));
    server.online = true;
    const waiting = page.outbox().waiting.flatMap(({ leaseIds }) => leaseIds);
    expect(waiting.length).toBeGreaterThan(0);
    await page.get().refill();
    expect(server.claims.at(-1)?.holding).toEqual(expect.arrayContaining(waiting));
    const inHand = [page.windowInView(), ...page.get().ready.map(({ item }) => item.windowId)];
    expect(new Set(inHand).size).toBe(inHand.length);
    for (const { windowId } of page.get().answers) expect(inHand).not.toContain(windowId);
  });

  it('works on while the server is away, and says when everything that this browser holds is answered', async () => {
    const server = createServer(60);
    const page = await openPage(server);
    server.online = false;
    await page.answer(...new Array<ClassId>(60).fill('none'));
    await expect.poll(() => page.get().phase).toBe('offline-empty');
    expect(page.outbox().waiting).toHaveLength(60);
    server.items.push({ itemId: '61', windowId: uuidV7() });
    server.online = true;
    await page.settled();
    await page.get().refill();
    expect(page.windowInView()).toBe(server.items[60].windowId);
    expect(server.standing()).toHaveLength(60);
  });

  it('counts labels at once, before the server has', async () => {
    const server = createServer(30);
    const page = await openPage(server);
    server.online = false;
    await page.answer('flag', 'flag', 'none');
    expect(page.get().progress?.labelled).toMatchObject({ flag: 2, none: 1 });
    await page.get().undo();
    expect(page.get().progress?.labelled).toMatchObject({ flag: 2, none: 0 });
    expect(page.get().progress?.remaining).toBe(28);
  });

  it('sends a note with the next answer only', async () => {
    const server = createServer(30);
    const page = await openPage(server);
    page.get().setNote('  thin volume ');
    await page.answer('flag', 'none');
    await page.settled();
    expect(server.standing().map(({ note }) => note)).toEqual(['thin volume', undefined]);
  });

  it('sends with each answer the version of the class guide that it was given by', async () => {
    const server = createServer(30);
    const page = await openPage(server);
    await page.answer('flag');
    page.get().setGuideVersion(3);
    await page.answer('none');
    await page.get().skip('unclear');
    await page.settled();
    expect(server.standing().map(({ guideVersion }) => guideVersion)).toEqual([undefined, 3, 3]);
  });

  it('takes a second key within the moment an answer takes for a bounce', async () => {
    const server = createServer(30);
    const page = await openPage(server);
    await Promise.all([page.get().answer('flag'), page.get().answer('flag')]);
    expect(page.get().answers).toHaveLength(1);
  });
});

describe('undo', () => {
  it('walks back any number of answers, and the windows come again in the same order', async () => {
    const server = createServer(40);
    const page = await openPage(server);
    await page.answer('flag', 'wedge', 'none');
    await page.settled();
    await page.get().undo();
    expect(page.windowInView()).toBe(server.items[2].windowId);
    await page.get().undo();
    await page.get().undo();
    await page.settled();
    expect(page.windowInView()).toBe(server.items[0].windowId);
    expect(page.get().ready[0].item.windowId).toBe(server.items[1].windowId);
    expect(server.standing()).toEqual([]);
    await page.answer('blowoff');
    await page.settled();
    expect(server.standing()).toMatchObject([{ windowId: server.items[0].windowId, label: 'blowoff' }]);
  });

  it('works offline on answers that still wait; the server gets answer, retraction and new answer in order', async () => {
    const server = createServer(40);
    const page = await openPage(server);
    server.online = false;
    await page.answer('flag');
    await page.get().undo();
    expect(page.windowInView()).toBe(server.items[0].windowId);
    await page.answer('none');
    server.online = true;
    await page.settled();
    expect([...server.answers.values()].map(({ kind }) => kind)).toEqual(['label', 'retraction', 'label']);
    expect(server.standing()).toMatchObject([{ label: 'none' }]);
  });

  it('walks back after a reload, asking the server for the window', async () => {
    const server = createServer(40);
    const before = await openPage(server);
    await before.answer('flag', 'wedge');
    await before.settled();
    const page = await openPage(server, before.browser);
    expect(page.get().answers.map(({ label }) => label)).toEqual(['wedge', 'flag']);
    const inView = page.windowInView();
    await page.get().undo();
    await page.settled();
    expect(page.windowInView()).toBe(server.items[1].windowId);
    expect(page.get().ready[0].item.windowId).toBe(inView);
    expect(page.get().answers.map(({ label }) => label)).toEqual(['flag']);
    expect(page.get().bringingBack).toBeNull();
  });

  it('has a window once, though a claim brought it before the server’s word on the undo', async () => {
    const server = createServer(3);
    const before = await openPage(server);
    await before.answer('flag');
    await before.settled();
    await before.die();
    const page = await openPage(server, before.browser);
    let arrive: () => void = () => undefined;
    server.slowReceipt = new Promise((resolve) => (arrive = resolve));
    await page.get().undo();
    await expect.poll(() => server.standing()).toEqual([]);
    await page.get().refill();
    const [first, ...rest] = server.items.map(({ windowId }) => windowId);
    expect(page.inHand()).toEqual([...rest, first]);
    arrive();
    await page.settled();
    expect(page.inHand()).toEqual([first, ...rest]);
  });

  it('sees answers and retractions that still waited when the page was reloaded', async () => {
    const server = createServer(40);
    const before = await openPage(server);
    await before.answer('flag');
    await before.settled();
    server.online = false;
    await before.answer('wedge', 'none');
    await before.get().undo();
    await before.settled();
    await before.die();
    server.online = true;
    const page = await openPage(server, before.browser);
    expect(page.get().answers.map(({ label }) => label)).toEqual(['wedge', 'flag']);
  });

  it('says so when there is nothing left to undo', async () => {
    const page = await openPage(createServer(5));
    await page.get().undo();
    expect(page.get().notice).toBe('There is nothing left to undo.');
  });
});

describe('leases', () => {
  it('lets windows go that were leased to others, and takes the next; the one in view stays while it is being looked at', async () => {
    const server = createServer(60);
    const page = await openPage(server);
    const inView = page.windowInView();
    const lost = page.get().ready[0].item;
    server.leases.delete(lost.leaseId);
    await page.get().renew(false);
    expect(page.windowInView()).toBe(inView);
    expect(page.get().ready.map(({ item }) => item.leaseId)).not.toContain(lost.leaseId);
    expect(page.get().ready.length).toBeGreaterThanOrEqual(12);
  });

  it('after a sleep replaces the window in view too, and says why', async () => {
    const server = createServer(60);
    const page = await openPage(server);
    server.leases.clear();
    await page.get().renew(true);
    expect(page.get().current).not.toBeNull();
    expect(server.leases.has(page.get().current?.item.leaseId ?? '')).toBe(true);
    expect(page.get().notice).toMatch(/went back to the queue/);
  });
});
