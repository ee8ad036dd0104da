import { describe, expect, it } from 'vitest';
import { mayMount } from '#builder/adapters/buildkit/own.ts';
import { containerIdIn } from '#builder/adapters/docker.ts';

const ID = 'c0ffee'.repeat(10).padEnd(64, '0');
const OTHER = 'd'.repeat(64);

describe('our own container', () => {
  it.each([
    [
      'docker',
      `720 700 254:1 /var/lib/docker/containers/${ID}/hostname /etc/hostname rw,relatime - ext4 /dev/vda1 rw`,
    ],
    [
      'podman',
      `912 890 0:25 /containers/storage/overlay-containers/${ID}/userdata/resolv.conf /etc/resolv.conf rw - tmpfs tmpfs rw`,
    ],
  ])('is found by what %s mounts', (_, line) => {
    const others = [
      '700 600 0:50 / / rw,relatime - overlay overlay rw',
      `701 700 254:1 /var/lib/docker/containers/${OTHER}/logs /logs rw,relatime - ext4 /dev/vda1 rw`,
    ];
    expect(containerIdIn([...others, line, ''].join('\n'))).toBe(ID);
  });

  it('is none outside of one', () => {
    expect(containerIdIn('25 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n')).toBeNull();
    expect(containerIdIn('25 1 254:0 /etc/hosts /etc/hosts rw - ext4 /dev/vda rw\n')).toBeNull();
  });
});

describe('a buildkitd of our own', () => {
  it.each([
    ['privileged', '000001ffffffffff', true],
    ['Docker’s default', '00000000a80425fb', false],
    ['none', '0000000000000000', false],
  ])('may mount: %s', (_, capabilities, expected) => {
    expect(mayMount(`Name:\tnode\nCapPrm:\t000001ffffffffff\nCapEff:\t${capabilities}\n`)).toBe(expected);
  });
});
