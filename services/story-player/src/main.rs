//! `story-player --stage STAGE.json --story STORY.toml --platform PROGRAM [--keep DIR]`: plays a
//! story on a running platform and prints what happens. Ends with 0 only if every expectation
//! held and the last line is the offline verification's `VERIFIED`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use story_player::failure::Doing;
use story_player::failure::Failure;
use story_player::player::Player;
use story_player::scenario::Scenario;
use story_player::stage::Stage;
use story_player::transcript::Transcript;

/// Plays a named story on a running platform through its public interfaces only.
#[derive(Debug, Parser)]
#[command(name = "story-player", version)]
struct Arguments {
    /// The stage: addresses, people, keys.
    #[arg(long)]
    stage: PathBuf,
    /// The story.
    #[arg(long)]
    story: PathBuf,
    /// The platform's program, for the offline verification.
    #[arg(long)]
    platform: PathBuf,
    /// Where downloads stay; without it, beside the stage.
    #[arg(long)]
    keep: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut transcript = Transcript::new(Box::new(std::io::stdout()));
    match prepare(&arguments) {
        Err(failure) => {
            transcript.line(&format!("NOT PLAYED: {failure}"));
            ExitCode::FAILURE
        }
        Ok((stage, story, folder)) => {
            let mut player = Player::new(stage, transcript, arguments.platform, folder);
            let played = player.play(&story);
            player.transcript.line("");
            match played {
                Ok(verdict) => {
                    let steps = player.transcript.number();
                    player
                        .transcript
                        .line(&format!("played: {steps} steps, every expectation held"));
                    player.transcript.line(&verdict);
                    ExitCode::SUCCESS
                }
                Err(failure) => {
                    let step = player.transcript.number();
                    player
                        .transcript
                        .line(&format!("FAILED at step {step}: {failure}"));
                    ExitCode::FAILURE
                }
            }
        }
    }
}

fn prepare(arguments: &Arguments) -> Result<(Stage, Scenario, PathBuf), Failure> {
    let stage = Stage::load(&arguments.stage)?;
    let story = Scenario::load(&arguments.story)?;
    let folder = match &arguments.keep {
        Some(folder) => folder.clone(),
        None => arguments
            .stage
            .parent()
            .map(|parent| parent.join("taken-home"))
            .unwrap_or_default(),
    };
    std::fs::create_dir_all(&folder).doing(&folder.display().to_string())?;
    Ok((stage, story, folder))
}
