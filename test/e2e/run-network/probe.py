"""What a hostile RUN step would try. Arguments: name=host:port …; prints `name: open` or `name: refused`."""

import socket
import struct
import sys
import time


def connect(host, port):
    try:
        socket.create_connection((host, port), timeout=3).close()
        return "open"
    except OSError:
        return "refused"


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def syn(source, target, port):
    """An IPv4 packet that opens a TCP connection."""
    addresses = socket.inet_aton(source) + socket.inet_aton(target)
    tcp = struct.pack("!HHIIBBHHH", 40000, port, 1, 0, 0x50, 2, 65000, 0, 0)
    check = checksum(addresses + struct.pack("!BBH", 0, 6, len(tcp)) + tcp)
    tcp = tcp[:16] + struct.pack("!H", check) + tcp[18:]
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0) + addresses
    return ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:] + tcp


def craft(targets, outside):
    """Hands packets to the next hop as they are, past this namespace's own routes and rules."""
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    route = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    route.connect(outside)
    source = route.getsockname()[0]
    with open("/proc/net/arp") as table:
        entries = [line.split() for line in table.readlines()[1:]]
    for _, _, _, mac, _, device in entries:
        link.bind((device, 0x0800))
        ethernet = bytes.fromhex(mac.replace(":", "")) + link.getsockname()[4] + b"\x08\x00"
        for host, port in targets:
            link.send(ethernet + syn(source, host, port))
        print(f"crafted: {len(targets)} packets")


targets = {name: (host, int(port)) for name, host, port in (arg.split("=") for arg in sys.argv[1:])}
outside = socket.getaddrinfo("pypi.org", 443, socket.AF_INET, socket.SOCK_STREAM)[0][4]
print("outside:", connect(*outside))
for name, (host, port) in targets.items():
    print(f"{name}: {connect(host, port)}")
craft([target for target in targets.values() if ":" not in target[0]], outside)
time.sleep(1)
