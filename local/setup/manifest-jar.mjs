/**
 * A jar with nothing but a manifest, as bytes. Written by hand because a JRE has no `jar` tool.
 * Manifest lines fold at 72 bytes, continuations begin with a space (JAR File Specification, "Line length").
 *
 * @param {Record<string, string>} attributes ASCII
 * @returns {Buffer}
 */
export function manifestJar(attributes) {
  const lines = Object.entries({ 'Manifest-Version': '1.0', ...attributes }).map(([name, value]) =>
    fold(`${name}: ${value}`),
  );
  return zipOfOne('META-INF/MANIFEST.MF', Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
}

/** @param {string} line */
function fold(line) {
  const parts = [line.slice(0, 72)];
  for (let at = 72; at < line.length; at += 71) parts.push(` ${line.slice(at, at + 71)}`);
  return parts.join('\r\n');
}

/**
 * A zip of one stored file (APPNOTE.TXT 4.3.7 local header, 4.3.12 central directory, 4.3.16 its end).
 *
 * @param {string} name
 * @param {Buffer} data
 */
function zipOfOne(name, data) {
  const common = Buffer.alloc(26); // the fields that both headers share
  common.writeUInt16LE(10, 0); // version needed
  common.writeUInt16LE(0x21, 8); // 1980-01-01: the same bytes every time
  common.writeUInt32LE(crc32(data), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(data.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), data]);
  const central = Buffer.concat([
    Buffer.from('PK\x01\x02\x0a\x00', 'latin1'),
    common,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

/** zlib.crc32 came with Node 22. @param {Buffer} data */
function crc32(data) {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}
