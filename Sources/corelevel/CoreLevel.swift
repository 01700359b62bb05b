import ArgumentParser
import Supervisor

/// The one executable: a subcommand for each role, for people and for scripts.
@main
struct CoreLevel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "corelevel",
        abstract: "Functional groups and charge shift from X-ray photoelectron spectra, live.",
        version: "0.1.0",
        subcommands: [ReadCommand.self],
        groupedSubcommands: [
            CommandGroup(
                name: "Use",
                subcommands: [
                    UpCommand.self, SubmitCommand.self, IngestCommand.self, AnalyzeCommand.self, ResultsCommand.self,
                    ExportCommand.self, WatchCommand.self,
                ]),
            CommandGroup(
                name: "Operate",
                subcommands: [
                    QueueCommand.self, WorkersCommand.self, DeadCommand.self, BenchCommand.self,
                    ConformCommand.self,
                ]),
            CommandGroup(
                name: "Roles",
                subcommands: [
                    BrokerCommand.self, WorkerCommand.self, CollectorCommand.self,
                ]),
            CommandGroup(
                name: "Model",
                subcommands: [
                    SimulateCommand.self, TrainCommand.self, EvaluateCommand.self, CalibrateCommand.self,
                    StabilityCommand.self,
                    LeaveOutCommand.self, ModelsCommand.self,
                ]),
        ])

    static func main() async {
        Lifeline.holdIfSupervised()
        await main(nil)
    }
}
