"""An emulated path: two network namespaces, `near` and `far`, joined by this process.

Each namespace has a TUN device; IP packets read from one are written to the other after a bounded queue with a rate, a
delay with jitter, and seeded loss. Standard input is the control: one JSON object a line. Standard output answers, one
JSON object a line; the first says where the namespaces are. Ends with its input, and the namespaces with it, once nothing
runs in them: they have no names that could be left behind.

Commands:
  {"set": {"up": {...}, "down": {...}}}   changes settings; up is from near to far. Answer: {"set": true}
  {"block": ["udp", "tcp:5000"]}          packets of these protocols and classes vanish in both directions, as at a firewall
                                          that says nothing, until another list takes its place. Answer: {"block": true}
  {"counters": true}                      answer: {"up": {class: {...}}, "down": {...}}

Settings of a direction:
  delayMs     one way
  jitterMs    added, uniform from 0 to this; packets overtake each other only where `reorder` is true
  loss        0 to 1, each packet for itself, after the queue, as on a radio link
  rateMbps    0 is unlimited
  queueBytes  what waits for its turn; further packets are dropped

Classes are protocol and port of the far side (`udp:4433`). What was blocked is counted as such, and takes no part in loss
or in the queue; what was on its way when the block began still arrives. Each class has its own random numbers, so that what one sends does
not change which packets another loses.
"""

import ctypes
import fcntl
import heapq
import json
import os
import random
import select
import struct
import subprocess
import sys
import time

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
DEVICE = "path"
PACKET_MAX = 65536
# Packets taken from a device before the others get their turn.
BATCH = 64
PROTOCOLS = {6: "tcp", 17: "udp"}
DEFAULTS = {"delayMs": 0.0, "jitterMs": 0.0, "reorder": False, "loss": 0.0, "rateMbps": 0.0, "queueBytes": 1 << 20}

libc = ctypes.CDLL(None, use_errno=True)


def run(*command):
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def open_namespace(address, mtu):
    """Enters a new network namespace. Returns its descriptor and that of the TUN device in it."""
    if libc.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    namespace = os.open("/proc/self/ns/net", os.O_RDONLY)
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", DEVICE.encode(), IFF_TUN | IFF_NO_PI))
    run("ip", "link", "set", "lo", "up")
    run("ip", "address", "add", f"{address}/24", "dev", DEVICE)
    # No packets of its own, and never a queue of the kernel's before the one that is emulated.
    run("ip", "link", "set", DEVICE, "mtu", str(mtu), "txqueuelen", "10000", "addrgenmode", "none")
    run("ip", "link", "set", DEVICE, "up")
    return namespace, tun


class Direction:
    """What happens to packets on their way to the device `target`."""

    def __init__(self, name, target, seed):
        self.name = name
        self.target = target
        self.seed = seed
        self.settings = dict(DEFAULTS)
        self.blocked = frozenset()
        self.classes = {}
        # When the last byte of what waits will have left, and the (time it leaves, bytes) of each that waits.
        self.busy_until = 0.0
        self.waiting_bytes = 0
        self.leaving = []
        self.leaving_head = 0
        self.last_arrival = 0.0

    def class_of(self, packet):
        header = (packet[0] & 0x0F) * 4
        protocol = PROTOCOLS.get(packet[9])
        if packet[0] >> 4 != 4 or protocol is None or len(packet) < header + 4:
            return "other"
        source, destination = struct.unpack_from("!HH", packet, header)
        return f"{protocol}:{destination if self.name == 'up' else source}"

    def blocks(self, name):
        return name in self.blocked or name.partition(":")[0] in self.blocked

    def counters_of(self, name):
        found = self.classes.get(name)
        if found is None:
            found = {"packets": 0, "bytes": 0, "blocked": 0, "lost": 0, "overflowed": 0, "deliveredBytes": 0}
            found["random"] = random.Random(f"{self.seed} {self.name} {name}")
            self.classes[name] = found
        return found

    def take(self, packet, now):
        """When the packet arrives at the other end, or None."""
        settings = self.settings
        size = len(packet)
        name = self.class_of(packet)
        counters = self.counters_of(name)
        counters["packets"] += 1
        counters["bytes"] += size
        if self.blocked and self.blocks(name):
            counters["blocked"] += 1
            return None
        chance = counters["random"]
        fate, jitter = chance.random(), chance.random()
        left = self.transmit(size, now)
        if left is None:
            counters["overflowed"] += 1
            return None
        if fate < settings["loss"]:
            counters["lost"] += 1
            return None
        counters["deliveredBytes"] += size
        arrival = left + (settings["delayMs"] + jitter * settings["jitterMs"]) / 1000
        if not settings["reorder"]:
            arrival = self.last_arrival = max(arrival, self.last_arrival)
        return arrival

    def transmit(self, size, now):
        """When the last byte of the packet has left, or None where the queue is full."""
        rate = self.settings["rateMbps"]
        if rate <= 0:
            return now
        leaving = self.leaving
        while self.leaving_head < len(leaving) and leaving[self.leaving_head][0] <= now:
            self.waiting_bytes -= leaving[self.leaving_head][1]
            self.leaving_head += 1
        if self.leaving_head > 4096:
            del leaving[: self.leaving_head]
            self.leaving_head = 0
        if self.waiting_bytes + size > self.settings["queueBytes"]:
            return None
        self.busy_until = max(self.busy_until, now) + size * 8 / (rate * 1e6)
        self.waiting_bytes += size
        leaving.append((self.busy_until, size))
        return self.busy_until

    def report(self):
        return {name: {key: value for key, value in counters.items() if key != "random"} for name, counters in self.classes.items()}


class Control:
    """Lines of standard input."""

    def __init__(self, directions):
        self.directions = directions
        self.text = b""

    def read(self):
        """False at the end of the input."""
        more = os.read(0, PACKET_MAX)
        self.text += more
        *lines, self.text = self.text.split(b"\n")
        for line in lines:
            self.answer(json.loads(line))
        return len(more) > 0

    def answer(self, command):
        if "set" in command:
            self.change(command["set"])
            say({"set": True})
        elif "block" in command:
            for direction in self.directions:
                direction.blocked = frozenset(command["block"])
            say({"block": True})
        elif "counters" in command:
            say({direction.name: direction.report() for direction in self.directions})

    def change(self, changes):
        for direction in self.directions:
            for name, value in changes.get(direction.name, {}).items():
                if name not in DEFAULTS:
                    raise KeyError(name)
                direction.settings[name] = value


def say(message):
    print(json.dumps(message), flush=True)


def forward(near, far, control, up, down):
    arrivals = []
    order = 0
    ways = {near: up, far: down}
    readers = [0, near, far]
    clock = time.monotonic
    while True:
        wait = max(0.0, arrivals[0][0] - clock()) if arrivals else None
        readable, _, _ = select.select(readers, (), (), wait)
        if 0 in readable:
            if not control.read():
                return
        now = clock()
        for device, direction in ways.items():
            if device not in readable:
                continue
            for _ in range(BATCH):
                try:
                    packet = os.read(device, PACKET_MAX)
                except BlockingIOError:
                    break
                arrival = direction.take(packet, now)
                if arrival is not None:
                    order += 1
                    heapq.heappush(arrivals, (arrival, order, direction.target, packet))
        now = clock()
        while arrivals and arrivals[0][0] <= now:
            _, _, target, packet = heapq.heappop(arrivals)
            try:
                os.write(target, packet)
            except OSError:
                # The kernel had no room for it: lost, as on any path.
                pass


def main():
    options = json.loads(sys.argv[1])
    near_namespace, near = open_namespace(options["near"], options["mtu"])
    far_namespace, far = open_namespace(options["far"], options["mtu"])
    up = Direction("up", far, options["seed"])
    down = Direction("down", near, options["seed"])
    control = Control([up, down])
    control.change(options)
    say({"near": f"/proc/{os.getpid()}/fd/{near_namespace}", "far": f"/proc/{os.getpid()}/fd/{far_namespace}"})
    forward(near, far, control, up, down)


main()
