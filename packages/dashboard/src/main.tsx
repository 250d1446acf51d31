import { render } from 'preact';
import { Files } from './files.js';
import { Live } from './live.js';
import { isOver, uploadInWords, Uploads } from './net/uploads.js';
import { App } from './view/app.js';

let isDrawing = false;
let said = '';
let lastSelf: string | undefined;
let wasLive = false;

const live = new Live(location.host, draw);
const files = new Files(() => live.source, draw);
const uploads = new Uploads({
  home: location.host,
  nodes: () => [live.source.address, ...live.connection.others()],
  onChange: draw,
  onEnd: (upload) => {
    if (upload.state !== 'cancelled') said = `${upload.name}: ${uploadInWords(upload)}`;
    if (uploads.list.every(isOver)) uploads.questions.forget();
  },
});

live.watch((events) => files.take(events));
live.start();

/** Once a frame at most, however much has changed. */
function draw(): void {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    // Another node is asked from now on, or events come again after some were missed.
    const self = live.picture.ring?.self;
    if (self !== lastSelf) void files.load();
    else if (live.source.state === 'live' && !wasLive) files.loadSoon();
    [lastSelf, wasLive] = [self, live.source.state === 'live'];
    render(<App live={live} files={files} uploads={uploads} said={said} />, document.body);
  });
}

draw();
// A page that was put aside hears nothing meanwhile: it looks at once when it is back.
document.addEventListener('visibilitychange', () => document.hidden || live.connection.lookSoon());
