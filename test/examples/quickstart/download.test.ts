import {mkdtempSync, readdirSync, readFileSync} from 'node:fs';
import {createServer, type RequestListener, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, describe, expect, it} from 'vitest';
import {download, sha256, writeWhole} from '../../../examples/quickstart/download.ts';

let server: Server | undefined;

/** Starts a web server on this machine and returns its address. */
async function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

describe('download', () => {
  it('returns the body', async () => {
    const url = await serve((_, response) => response.end('digits'));
    expect(Buffer.from(await download(url, 1000)).toString()).toBe('digits');
  });

  it('waits for a slow server as long as pieces come', async () => {
    const url = await serve((_, response) => {
      let pieces = 0;
      const timer = setInterval(() => {
        response.write('x');
        if (++pieces === 6) {
          clearInterval(timer);
          response.end();
        }
      }, 60);
    });
    expect((await download(url, 250)).length).toBe(6);
  });

  it('gives up on a server that does not answer', async () => {
    const url = await serve(() => {});
    await expect(download(url, 50)).rejects.toThrow(
      `download: ${url} could not be fetched (no answer within 0.05 s). Check the network.`,
    );
  });

  it('gives up on a server that stops in the middle', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, {'content-length': 100}).write('half');
    });
    await expect(download(url, 50)).rejects.toThrow('(no answer within 0.05 s)');
  });

  it('tells the status of a file that is not there', async () => {
    const url = await serve((_, response) => response.writeHead(404).end());
    await expect(download(url, 1000)).rejects.toThrow('(the server answered 404)');
  });

  it('tells why there is no connection', async () => {
    await expect(download('http://127.0.0.1:9/', 1000)).rejects.toThrow(
      /^download: http:\/\/127\.0\.0\.1:9\/ could not be fetched \(.+\)\. Check the network\.$/,
    );
  });
});

describe('writeWhole', () => {
  it('makes the folder and leaves nothing but the file', async () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'itop-')), 'a', 'b');
    await writeWhole(join(folder, 'file'), Uint8Array.of(1, 2, 3));
    expect(readdirSync(folder)).toEqual(['file']);
    expect([...readFileSync(join(folder, 'file'))]).toEqual([1, 2, 3]);
  });

  it('leaves nothing behind where it fails', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'itop-'));
    await writeWhole(join(folder, 'taken', 'file'), new Uint8Array(1));
    await expect(writeWhole(join(folder, 'taken'), new Uint8Array(1))).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['taken']);
  });
});

describe('sha256', () => {
  it('is the standard one', () => {
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(sha256(Buffer.from('abc'))).toBe(abc);
  });
});
