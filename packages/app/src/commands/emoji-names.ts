/** Short names of emoji for `/react`; any emoji itself works as well. */
const NAMES = `
+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 ok_hand 👌 clap 👏 wave 👋 pray 🙏 muscle 💪 handshake 🤝 raised_hands 🙌
raised_hand ✋ fist ✊ punch 👊 v ✌️ crossed_fingers 🤞 point_up ☝️ point_left 👈 point_right 👉 point_down 👇 eyes 👀
smile 😄 smiley 😃 grin 😁 laughing 😆 joy 😂 rofl 🤣 slight_smile 🙂 upside_down 🙃 wink 😉 blush 😊 innocent 😇
heart_eyes 😍 star_struck 🤩 kissing_heart 😘 yum 😋 stuck_out_tongue 😛 zany 🤪 hugs 🤗 thinking 🤔 shushing 🤫
zipper_mouth 🤐 neutral 😐 expressionless 😑 smirk 😏 unamused 😒 roll_eyes 🙄 grimacing 😬 relieved 😌 pensive 😔
sleepy 😪 sleeping 😴 mask 😷 dizzy_face 😵 exploding_head 🤯 cowboy 🤠 partying 🥳 sunglasses 😎 nerd 🤓 monocle 🧐
confused 😕 worried 😟 frowning 🙁 open_mouth 😮 astonished 😲 flushed 😳 pleading 🥺 fearful 😨 cold_sweat 😰 cry 😢
sob 😭 scream 😱 tired 😫 yawning 🥱 triumph 😤 angry 😠 rage 😡 skull 💀 poop 💩 clown 🤡 ghost 👻 alien 👽 robot 🤖
see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊 facepalm 🤦 shrug 🤷 salute 🫡 melting 🫠
heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 white_heart 🤍
broken_heart 💔 sparkling_heart 💖 two_hearts 💕 kiss 💋 100 💯 anger 💢 boom 💥 dizzy 💫 sweat_drops 💦 dash 💨 zzz 💤
tada 🎉 confetti 🎊 balloon 🎈 gift 🎁 birthday 🎂 cake 🍰 trophy 🏆 medal 🏅 first_place 🥇 star ⭐ star2 🌟 sparkles ✨
fire 🔥 rocket 🚀 sun ☀️ cloud ☁️ umbrella ☔ snowflake ❄️ rainbow 🌈 zap ⚡ moon 🌙 earth 🌍
check ✅ white_check_mark ✅ heavy_check_mark ✔️ x ❌ question ❓ exclamation ❗ warning ⚠️ no_entry ⛔ stop 🛑 plus ➕ minus ➖
arrow_up ⬆️ arrow_down ⬇️ repeat 🔁 hourglass ⏳ alarm ⏰ bell 🔔 no_bell 🔕 loud 📢 mega 📣 pushpin 📌 paperclip 📎
link 🔗 lock 🔒 unlock 🔓 key 🔑 bulb 💡 bug 🐛 wrench 🔧 hammer 🔨 gear ⚙️ test_tube 🧪 package 📦 memo 📝 book 📖
calendar 📅 chart 📈 mag 🔍 computer 💻 phone 📞 email 📧 money 💰 coffee ☕ tea 🍵 beer 🍺 beers 🍻 wine 🍷 pizza 🍕
apple 🍎 banana 🍌 avocado 🥑 cookie 🍪 popcorn 🍿 dog 🐶 cat 🐱 mouse 🐭 fox 🦊 bear 🐻 panda 🐼 unicorn 🦄 bee 🐝
turtle 🐢 snail 🐌 octopus 🐙 whale 🐳 seedling 🌱 tree 🌳 rose 🌹 sunflower 🌻 four_leaf_clover 🍀 crown 👑 gem 💎
soccer ⚽ dart 🎯 game 🎮 dice 🎲 art 🎨 music 🎵 guitar 🎸 camera 📷 movie 🎬 car 🚗 bike 🚲 train 🚆 plane ✈️ house 🏠`;

const words = NAMES.trim().split(/\s+/);

export const EMOJI: ReadonlyMap<string, string> = new Map(
  words.flatMap((name, at) => (at % 2 === 0 ? [[name, words[at + 1] ?? ''] as const] : [])),
);

/** `:tada:` becomes its emoji; everything else stays. */
export function emojiFrom(word: string): string {
  const name = /^:([^:\s]+):$/u.exec(word)?.[1];
  return (name === undefined ? undefined : EMOJI.get(name)) ?? word;
}
