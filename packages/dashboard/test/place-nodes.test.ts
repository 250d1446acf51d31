import test from 'ava';
import { arcAngles, arcPath, placeNodes } from '../src/model/place-nodes.js';

test('nodes stand clockwise, the first at the top, all at one distance from the middle', (t) => {
  const { places, centre, radius } = placeNodes(4, 500, 500, 90);
  const [top, right, bottom, left] = places.map(({ x, y }) => [Math.round(x - centre.x), Math.round(y - centre.y)]);
  const r = Math.round(radius);
  t.deepEqual([top, right, bottom, left].map((one) => one!.map((value) => value || 0)), [[0, -r], [r, 0], [0, r], [-r, 0]]);
});

test('up to twelve are drawn large, a hundred still have names, a thousand are still drawn', (t) => {
  t.is(placeNodes(12, 560, 560, 100).detail, 'large');
  t.is(placeNodes(100, 560, 560, 100).detail, 'medium');
  const many = placeNodes(1000, 560, 560, 100);
  t.is(many.detail, 'small');
  t.is(many.places.length, 1000);
});

test('nodes do not touch, and nothing stands outside the picture', (t) => {
  for (const [count, size] of [[2, 300], [5, 320], [12, 360], [50, 320], [100, 560], [300, 560]] as const) {
    const { places, dot } = placeNodes(count, size, size, 60);
    const [a, b] = [places[0]!, places[1]!];
    t.true(Math.hypot(a.x - b.x, a.y - b.y) > dot * 2, `${count} in ${size}`);
    t.true(places.every(({ x, y }) => x - dot >= 0 && y - dot >= 0 && x + dot <= size && y + dot <= size), `${count} in ${size}`);
  }
});

test('a ring of one, and of none, has a place for what there is', (t) => {
  t.is(placeNodes(1, 400, 400, 80).places.length, 1);
  t.is(placeNodes(0, 400, 400, 80).places.length, 0);
});

test('an arc goes clockwise, over the top too, and leaves room for both nodes', (t) => {
  const layout = placeNodes(4, 500, 500, 90);
  const [top, right, , left] = layout.places;
  const [start, end] = arcAngles(layout.radius, left!, top!, 10, 10);
  t.true(start > left!.angle && end < Math.PI * 2 && end > start);
  t.regex(arcPath(layout, top!, right!, 10, 10), / 0 0 1 /);
  t.regex(arcPath(layout, right!, top!, 10, 10), / 0 1 1 /);
  // Nodes so close that no room is left between them.
  const [from, to] = arcAngles(50, top!, { ...top!, angle: 0.1 }, 10, 10);
  t.true(to >= from);
});
